/**
 * Two officers look together (S28.1(1)): the page says every three seconds that its officer is there, shows who is, and lets the
 * player in while enough are. When one leaves, the web takes the picture back; the player says why, and asks again when they are back.
 */
import { postJson } from "../net/api";
import { wireHere } from "./here";

const BEAT_MS = 3000;

interface Present {
  readonly enough: boolean;
  readonly officers: readonly { readonly id: string; readonly there: boolean }[];
}

function readPresent(value: unknown): Present | null {
  if (typeof value !== "object" || value === null) return null;
  const { enough, officers } = value as Record<string, unknown>;
  if (typeof enough !== "boolean" || !Array.isArray(officers)) return null;
  return { enough, officers: officers as Present["officers"] };
}

export function wireTogether(): void {
  const box = document.querySelector<HTMLElement>("[data-together]");
  const request = box?.dataset["together"];
  if (!box || !request) return;
  wireHere();
  const held = box.querySelector<HTMLTemplateElement>("[data-together-player]");
  const waits = box.querySelector<HTMLElement>("[data-together-waits]");

  const show = ({ enough, officers }: Present): void => {
    for (const { id, there } of officers) {
      const line = box.querySelector<HTMLElement>(`[data-officer="${id}"]`);
      for (const word of line?.querySelectorAll<HTMLElement>("[data-there]") ?? [])
        word.hidden = (word.dataset["there"] === "yes") !== there;
    }
    if (enough && held?.isConnected) held.replaceWith(held.content.cloneNode(true));
    // Once there is a player, its own panel says why it shows nothing.
    if (waits) waits.hidden = !held?.isConnected;
  };
  const beat = async (): Promise<void> => {
    try {
      const answer = await postJson(`/api/requests/${request}/present`, {});
      const said = answer.ok ? readPresent(await answer.json()) : null;
      if (said) show(said);
      else if (answer.status === 401 || answer.status === 404) location.reload();
    } catch {
      // The web is away: so is the presence, and the picture stops by itself.
    }
  };
  void beat();
  setInterval(() => void beat(), BEAT_MS);
  // Whoever stands at the counter leaves by a word of the staff's, not with a page.
  if (box.dataset["leaves"] === "yes")
    addEventListener(
      "pagehide",
      () => void postJson(`/api/requests/${request}/leave`, {}, true).catch(() => undefined),
    );
}
