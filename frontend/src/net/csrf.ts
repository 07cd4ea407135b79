/** Django's CSRF token: from base.html's meta element, so that the cookie may stay HttpOnly. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}
