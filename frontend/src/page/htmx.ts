/** htmx, strict: no eval, no injected styles, own origin only (base.html's `htmx-config` meta says the same before this runs). */
import htmx from "htmx.org";
import { csrfToken } from "../net/csrf";

htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

document.addEventListener("htmx:configRequest", (event) => {
  const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
  headers["X-CSRFToken"] = csrfToken();
});

/** Wires what is on the page: htmx itself waits for an event that may be over by the time that it is loaded. */
export function wirePage(): void {
  htmx.process(document.body);
}
