// Small comforts for every page; each page also works without them.
"use strict";

document.documentElement.classList.add("js");

document.addEventListener("DOMContentLoaded", () => {
  // The menu of a narrow screen opens and closes.
  const toggle = document.querySelector("[data-toggle-panel]");
  if (toggle) {
    const panel = document.getElementById(toggle.getAttribute("aria-controls"));
    const show = (open) => {
      toggle.setAttribute("aria-expanded", String(open));
      panel.classList.toggle("is-open", open);
    };
    toggle.hidden = false;
    toggle.addEventListener("click", () => show(toggle.getAttribute("aria-expanded") !== "true"));
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        show(false);
        toggle.focus();
      }
    });
  }

  // A list of faults is read first.
  document.querySelector("[data-focus]")?.focus();

  // A small menu closes when one looks elsewhere.
  const SMALL = "details.user-menu, details.confirm, details.site-nav__group";
  const menus = document.querySelectorAll(SMALL);
  const closeOthers = (event) => {
    for (const menu of menus) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  };
  document.addEventListener("click", closeOthers);
  document.addEventListener("focusin", closeOthers);
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest(SMALL);
    if (menu && menu.open) {
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // A part of a page that follows what others do is asked for again, by its tag: the server
  // answers only where something has changed. It is left alone while somebody is in it.
  const part = document.querySelector("[data-follow]");
  if (part) {
    let tag = part.dataset.followTag;
    const look = async () => {
      if (document.hidden || part.contains(document.activeElement)) return;
      const asked = { headers: { "If-None-Match": tag }, cache: "no-store" };
      const response = await fetch(location.href, asked).catch(() => null);
      if (!response?.ok || response.redirected) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const newer = page.querySelector("[data-follow]");
      if (!newer) return;
      tag = newer.dataset.followTag;
      part.replaceChildren(...newer.childNodes);
    };
    setInterval(look, Number(part.dataset.follow) * 1000);
  }
});
