/** Headers of a page of the login: it loads nothing, and sends its form to us alone. */
export const loginPageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  // Without a referrer browsers would send `Origin: null` with the form.
  'Referrer-Policy': 'same-origin',
} as const;

/** The operator's login as one self-contained page; `message` is a constant of ours. */
export function renderLogin(message = ''): string {
  return renderForm(
    '/login',
    `<label>User name<input name="username" autocomplete="username" required autofocus></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<p role="alert">${message}</p>
<button>Log in</button>`,
  );
}

/** A link of the board leads here: logging out is a POST, so that no other site can do it. */
export function renderLogout(boardPath: string): string {
  return renderForm(
    '/logout',
    `<button autofocus>Log out</button>\n<a href="${boardPath}">Back to the board</a>`,
  );
}

function renderForm(action: string, fields: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Envase Trace operations</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;background:#f4f5f7;color:#1c2430;display:grid;place-items:center;min-height:100vh;margin:0}
form{background:#fff;padding:2rem;border-radius:8px;box-shadow:0 1px 4px #0003;display:grid;gap:.75rem;width:18rem}
h1{font-size:1.1rem;margin:0}label{display:grid;gap:.25rem;font-size:.875rem}
input{font:inherit;padding:.5rem;border:1px solid #8a94a3;border-radius:4px}
button{font:inherit;padding:.6rem;border:0;border-radius:4px;background:#174ea6;color:#fff}
p{color:#b3261e;margin:0;min-height:1.5em}a{color:#174ea6}
</style></head><body>
<form method="post" action="${action}">
<h1>Envase Trace operations</h1>
${fields}
</form></body></html>
`;
}
