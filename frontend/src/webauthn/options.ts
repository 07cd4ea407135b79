/** Between WebAuthn's JSON (base64url strings) and what `navigator.credentials` takes and gives (buffers). */

interface DescriptorJson {
  id: string;
  type: PublicKeyCredentialType;
  transports?: AuthenticatorTransport[];
}

/** `PublicKeyCredentialCreationOptionsJSON` and `…RequestOptionsJSON` together: the members that the server sends. */
export interface PublicKeyJson {
  challenge: string;
  timeout?: number;
  rpId?: string;
  rp?: PublicKeyCredentialRpEntity;
  user?: { id: string; name: string; displayName: string };
  pubKeyCredParams?: PublicKeyCredentialParameters[];
  excludeCredentials?: DescriptorJson[];
  allowCredentials?: DescriptorJson[];
  authenticatorSelection?: AuthenticatorSelectionCriteria;
  userVerification?: UserVerificationRequirement;
  attestation?: AttestationConveyancePreference;
  extensions?: AuthenticationExtensionsClientInputs;
}

export function fromBase64Url(text: string): ArrayBuffer {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0)).buffer;
}

export function toBase64Url(buffer: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function descriptors(list: DescriptorJson[] | undefined): PublicKeyCredentialDescriptor[] {
  return (list ?? []).map((item) => ({ ...item, id: fromBase64Url(item.id) }));
}

/** Options for `create`. A passwordless key is kept on the device and asks for a finger, a face or a code. */
export function creationOptions(
  json: PublicKeyJson,
  passwordless: boolean,
): PublicKeyCredentialCreationOptions {
  if (!json.user || !json.rp) throw new Error("creation options lack user or rp");
  return {
    ...json,
    rp: json.rp,
    pubKeyCredParams: json.pubKeyCredParams ?? [],
    challenge: fromBase64Url(json.challenge),
    user: { ...json.user, id: fromBase64Url(json.user.id) },
    excludeCredentials: descriptors(json.excludeCredentials),
    authenticatorSelection: {
      ...json.authenticatorSelection,
      residentKey: passwordless ? "required" : "discouraged",
      requireResidentKey: passwordless,
      userVerification: passwordless
        ? "required"
        : (json.authenticatorSelection?.userVerification ?? "preferred"),
    },
  };
}

/** Options for `get`. */
export function requestOptions(json: PublicKeyJson): PublicKeyCredentialRequestOptions {
  return {
    challenge: fromBase64Url(json.challenge),
    allowCredentials: descriptors(json.allowCredentials),
    userVerification: json.userVerification ?? "required",
    ...(json.timeout === undefined ? {} : { timeout: json.timeout }),
    ...(json.rpId === undefined ? {} : { rpId: json.rpId }),
    ...(json.extensions === undefined ? {} : { extensions: json.extensions }),
  };
}

/** What the server reads: `RegistrationResponseJSON` or `AuthenticationResponseJSON`. */
export function credentialJson(credential: PublicKeyCredential): Record<string, unknown> {
  return {
    id: credential.id,
    rawId: toBase64Url(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: responseJson(credential.response),
  };
}

function responseJson(response: AuthenticatorResponse): Record<string, unknown> {
  const clientDataJSON = toBase64Url(response.clientDataJSON);
  if ("attestationObject" in response) {
    const attestation = response as AuthenticatorAttestationResponse;
    return {
      clientDataJSON,
      attestationObject: toBase64Url(attestation.attestationObject),
      transports: attestation.getTransports(),
    };
  }
  const assertion = response as AuthenticatorAssertionResponse;
  return {
    clientDataJSON,
    authenticatorData: toBase64Url(assertion.authenticatorData),
    signature: toBase64Url(assertion.signature),
    userHandle: assertion.userHandle ? toBase64Url(assertion.userHandle) : null,
  };
}
