// Talks to the studio. What goes wrong arrives as problem details, and leaves as a Problem.

export class Problem extends Error {
  constructor(details) {
    super(details.detail ?? details.title ?? "Something went wrong.");
    this.title = details.title ?? "Something went wrong.";
    this.detail = details.detail;
    this.errors = details.errors ?? {};
  }
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ title: "The studio does not answer.", detail: "Is it still running?" });
  }

  if (response.ok) return response.json();
  let details;
  try {
    details = await response.json();
  } catch {
    details = { title: `The studio answered ${response.status}.` };
  }

  throw new Problem(details);
}

export const get = (path) => ask(path);

export const post = (path, body, signal) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}), signal });

// Calls handlers[event](data) for every event; the browser connects again by itself.
export function watch(path, handlers, onConnection) {
  const source = new EventSource(path);
  source.onopen = () => onConnection(true);
  source.onerror = () => onConnection(false);
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  }
}
