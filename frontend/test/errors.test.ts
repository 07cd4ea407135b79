// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import { focusFirstError } from "../src/page/errors";

const PAGE = `<main id="main" tabindex="-1"><div tabindex="-1" data-error-summary>还有需要改正的地方</div></main>`;

afterEach(() => {
  location.hash = "";
});

describe("the summary of errors", () => {
  it("has the focus, also where the address names another part of the page", async () => {
    document.body.innerHTML = PAGE;
    location.hash = "#main";
    focusFirstError();
    document.getElementById("main")?.focus(); // as the browser does
    dispatchEvent(new Event("load"));
    await new Promise(requestAnimationFrame);
    expect((document.activeElement as HTMLElement).dataset["errorSummary"]).toBe("");
  });
});
