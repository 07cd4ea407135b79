// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { putBack, typedBeside, wireTypedFields } from "../src/page/typed";

const PAGE = `
  <form method="post" id="page"><input type="hidden" name="revision" value="3">
    <input type="date" name="undertaken_on"><input type="date" name="return_by" value="2026-05-01">
    <textarea name="words">旧</textarea><input type="checkbox" name="camera" value="a"><input type="checkbox" name="camera" value="b" checked>
    <select name="kind"><option value="1" selected>一</option><option value="2">二</option></select>
    <input type="password" name="password"></form>
  <details><form method="post" action="/requests/1/do/refuse/"><input name="why"></form></details>
  <form method="post" action="/requests/1/paper/" id="paper"><input type="file" name="file"><input name="note"></form>
  <form method="get" action="/requests/"><input name="q" value=""></form>`;

const form = (id: string) => document.getElementById(id) as HTMLFormElement;
const field = (name: string, nth = 0) => document.getElementsByName(name)[nth] as HTMLInputElement;

function type(): void {
  field("undertaken_on").value = "2026-04-17";
  field("words").value = "新";
  field("camera", 0).checked = true;
  field("camera", 1).checked = false;
  (document.getElementsByName("kind")[0] as unknown as HTMLSelectElement).value = "2";
  field("password").value = "secret";
  field("why").value = "缺少介绍信";
  field("note").value = "on its way";
  field("revision").value = "9";
}

function send(id: string): void {
  form(id).dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
}

describe("what was typed beside a form that is sent", () => {
  beforeEach(() => {
    sessionStorage.clear();
    document.body.innerHTML = PAGE;
  });

  it("is there again on the same page, folded parts open, and nothing else is", () => {
    wireTypedFields();
    type();
    send("paper");
    document.body.innerHTML = PAGE.replace('value="3"', 'value="4"').replace("2026-05-01", "2026-06-01");
    putBack(document, location.pathname);
    expect(field("undertaken_on").value).toBe("2026-04-17");
    expect(field("return_by").value).toBe("2026-06-01"); // untouched: the page's own newer value
    expect(field("words").value).toBe("新");
    expect([field("camera", 0).checked, field("camera", 1).checked]).toEqual([true, false]);
    expect((document.getElementsByName("kind")[0] as unknown as HTMLSelectElement).value).toBe("2");
    expect(field("why").value).toBe("缺少介绍信");
    expect(document.querySelector("details")?.open).toBe(true);
    expect([field("revision").value, field("password").value, field("note").value]).toEqual(["4", "", ""]);
    expect(sessionStorage.length).toBe(0);
  });

  it("never keeps passwords, files, hidden fields or what the sent form has itself", () => {
    type();
    const names = typedBeside(document, form("paper")).map(({ name }) => name);
    expect(names).toEqual(["undertaken_on", "words", "camera", "camera", "kind", "why"]);
  });

  it("is forgotten on another page", () => {
    sessionStorage.setItem(
      "custodes.typed",
      JSON.stringify({ page: "/requests/1/", typed: [{ form: " 0", name: "words", nth: 0, value: "新" }] }),
    );
    putBack(document, "/signin/");
    expect(field("words").value).toBe("旧");
    expect(sessionStorage.length).toBe(0);
  });
});
