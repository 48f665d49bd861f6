// Asking the server for data, so that a network that lies is told from one that answers.

const PATIENCE = 6000; // ms

// Returns { status, data }: data only with status 200. 0 is no network, or a proxy's own page;
// 401 asks for a sign-in. X-Judge keeps another judge's session from answering for this one.
export async function ask(url, { judge = "", patience = PATIENCE } = {}) {
  const headers = { Accept: "application/json" };
  if (judge) headers["X-Judge"] = judge;
  try {
    const signal = AbortSignal.timeout(patience);
    const response = await fetch(url, { headers, signal, cache: "no-store" });
    if (!response.ok) return { status: response.status, data: null };
    return { status: 200, data: await response.json() };
  } catch {
    return { status: 0, data: null };
  }
}
