// Asks the server, while the screen is open, what the panel has to do: judge again, talk.
// Without a network nothing happens; the next answer catches up.

const EVERY = 30000; // ms

export class Alerts {
  // onChange(found) gets what changed: open, signed, excused, rescores, disputes.
  constructor(url, onChange) {
    Object.assign(this, { url, onChange, version: "", isAsking: false });
    setInterval(() => this.ask(), EVERY);
    document.addEventListener("visibilitychange", () => this.ask());
  }

  async ask() {
    if (this.isAsking || document.visibilityState !== "visible") return;
    this.isAsking = true;
    try {
      const url = `${this.url}?known=${encodeURIComponent(this.version)}`;
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const { version, ...found } = await response.json();
      this.version = version;
      if ("disputes" in found) this.onChange(found);
    } catch {
      // Offline, or a page of a proxy: ask again later.
    } finally {
      this.isAsking = false;
    }
  }
}
