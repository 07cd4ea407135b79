/**
 * Passkeys on the sign-in pages. A form with `data-webauthn` runs the browser's ceremony when it is submitted, puts the
 * answer into its hidden `credential` field and then goes on as a plain form.
 *
 * `create` and `get` read their options from the JSON element that `data-options` names; `login` fetches fresh ones.
 */
import { creationOptions, credentialJson, requestOptions, type PublicKeyJson } from "./webauthn/options";

type Ceremony = "create" | "get" | "login";

interface Options {
  publicKey: PublicKeyJson;
}

function pageOptions(form: HTMLFormElement, key: string): Options {
  const element = document.getElementById(form.dataset["options"] ?? "");
  return (JSON.parse(element?.textContent ?? "{}") as Record<string, Options>)[key] as Options;
}

async function fetchOptions(form: HTMLFormElement): Promise<Options> {
  const answer = await fetch(form.action, {
    headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
  });
  if (!answer.ok) throw new Error(`passkey options: ${answer.status}`);
  return ((await answer.json()) as { request_options: Options }).request_options;
}

async function run(form: HTMLFormElement, ceremony: Ceremony): Promise<Credential | null> {
  if (ceremony === "create") {
    const passwordless = form.querySelector<HTMLInputElement>('input[name="passwordless"]')?.checked ?? true;
    const publicKey = creationOptions(pageOptions(form, "creation_options").publicKey, passwordless);
    return navigator.credentials.create({ publicKey });
  }
  const options = ceremony === "login" ? await fetchOptions(form) : pageOptions(form, "request_options");
  return navigator.credentials.get({ publicKey: requestOptions(options.publicKey) });
}

function wire(form: HTMLFormElement): void {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector<HTMLElement>("[data-webauthn-error]");
    const field = form.querySelector<HTMLInputElement>('input[name="credential"]');
    if (failed) failed.hidden = true;
    try {
      const credential = await run(form, form.dataset["webauthn"] as Ceremony);
      if (!(credential instanceof PublicKeyCredential) || !field) throw new Error("no credential");
      field.value = JSON.stringify(credentialJson(credential));
      form.submit();
    } catch {
      // Cancelled, timed out, or nothing on this device: the browser tells these apart to nobody.
      if (failed) failed.hidden = false;
    }
  });
}

document.querySelectorAll<HTMLFormElement>("form[data-webauthn]").forEach(wire);
