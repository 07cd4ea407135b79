// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { wireSharedTree } from "../src/page/shared_tree";

const send = vi.fn();

beforeEach(() => {
  send.mockReset();
  document.body.innerHTML = `<div data-shared-tree><a data-drop="7">校园</a><a id="group">组</a>
    <form data-tree-form><select name="target"><option value=""></option><option value="7"></option></select>
    <ul><li data-camera><input type="checkbox" name="camera" value="a"></li>
    <li data-camera><input type="checkbox" name="camera" value="b"></li>
    <li data-camera><input type="checkbox" name="camera" value="c"></li></ul></form></div>`;
  const form = document.querySelector("form")!;
  form.requestSubmit = send;
  wireSharedTree();
});

function drag(from: number, to: string, kinds?: string[]): void {
  const kept = new Map<string, string>();
  const data = {
    get types() {
      return kinds ?? [...kept.keys()];
    },
    setData: (kind: string, value: string) => kept.set(kind, value),
    effectAllowed: "",
    dropEffect: "",
  };
  const fire = (target: Element, name: string) =>
    target.dispatchEvent(
      Object.assign(new Event(name, { bubbles: true, cancelable: true }), { dataTransfer: data }),
    );
  fire(document.querySelectorAll("[data-camera]")[from]!, "dragstart");
  fire(document.querySelector(to)!, "dragover");
  fire(document.querySelector(to)!, "drop");
}

const ticked = () =>
  [...document.querySelectorAll<HTMLInputElement>("input:checked")].map((box) => box.value);
const boxes = () => [...document.querySelectorAll<HTMLInputElement>("input[name=camera]")];

test("one that was not ticked is put alone", () => {
  boxes()[0]!.checked = true;
  drag(1, "[data-drop]");
  expect(ticked()).toEqual(["b"]);
  expect(document.querySelector("select")!.value).toBe("7");
  expect(send).toHaveBeenCalledOnce();
});

test("one that was ticked takes the others along", () => {
  boxes()[0]!.checked = boxes()[2]!.checked = true;
  drag(2, "[data-drop]");
  expect(ticked()).toEqual(["a", "c"]);
  expect(send).toHaveBeenCalledOnce();
});

test("nothing is sent for what is no organisation, and for what is no camera", () => {
  drag(0, "#group");
  drag(0, "[data-drop]", ["text/plain"]);
  expect(send).not.toHaveBeenCalled();
});
