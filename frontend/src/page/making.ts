/**
 * A form with `data-making="ID"` begins a download that is a while in coming: the button rests, the part with that id appears and is asked to
 * renew itself until it shows how far the work is. Without scripts the form works as well, and a second press is shown the first.
 */
const ASKED_EVERY_MS = 2000;

export function wireMaking(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-making]"))
    form.addEventListener("submit", (event) => {
      if (form.ariaBusy === "true") {
        event.preventDefault();
        return;
      }
      form.ariaBusy = "true";
      // Behind the submission, which a button at rest would not take part in.
      setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)));
      const part = document.getElementById(form.dataset["making"] ?? "");
      if (part) show(part);
    });
}

function show(part: HTMLElement): void {
  part.hidden = false;
  part.scrollIntoView({ block: "nearest" });
  const asking = setInterval(() => {
    if (part.querySelector("progress")) clearInterval(asking);
    else document.body.dispatchEvent(new Event("making"));
  }, ASKED_EVERY_MS);
}
