const HIDDEN = '[redacted]';

// Compared without case, '-' and '_': clientSecret, client_secret and CLIENT-SECRET are one key.
const SECRET_KEYS = [
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'password',
  'passwd',
  'passphrase',
  'secret',
  'clientsecret',
  'signingkey',
  'previoussigningkey',
  'signingkeys',
  'token',
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'bearertoken',
  'apikey',
  'privatekey',
  'keyring',
  'webhookheaders',
  'credential',
  'credentials',
  'pickupnumber',
  'pickupnumbers',
];
const SECRET_KEY_SET = new Set(SECRET_KEYS);

const KEY_ALTERNATION = SECRET_KEYS.map((key) => key.split('').join('[_-]?')).join('|');
const HAS_SECRET_KEY = new RegExp(`"(?:${KEY_ALTERNATION})":`, 'i');
const QUOTED_JSON = new RegExp(String.raw`(\\"(?:${KEY_ALTERNATION})\\"\s*:\s*\\")[^"\\]*`, 'gi');
const FORM_FIELD = new RegExp(String.raw`\b((?:${KEY_ALTERNATION})=)[^&\s"\\]+`, 'gi');

// The first text must occur for the pattern to match: looking for it is far cheaper than trying the pattern.
const PATTERNS: readonly (readonly [string, RegExp, string])[] = [
  ['eyJ', /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, HIDDEN],
  [' ', /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  ['whsec_', /\bwhsec_[\w+/=-]+/g, HIDDEN],
  ['ets_', /\bets_[\w-]{8,}/g, HIDDEN],
  ['@', /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#"\\@]*:[^\s/?#"\\]*@/gi, `$1${HIDDEN}@`],
  ['\\"', QUOTED_JSON, `$1${HIDDEN}`],
  ['=', FORM_FIELD, `$1${HIDDEN}`],
];

/** Hides what looks like a secret wherever it stands in a text: JWTs, bearer tokens, whsec_ and ets_ secrets, URI credentials. */
export function redactText(text: string): string {
  let result = text;
  for (const [hint, pattern, replacement] of PATTERNS) {
    if (result.includes(hint)) result = result.replace(pattern, replacement);
  }
  return result;
}

/** Redacts one line of JSON: values of secret keys at any depth, then secrets inside any text. The line end is kept. */
export function redactLine(line: string): string {
  return redactText(HAS_SECRET_KEY.test(line) ? redactKeys(line) : line);
}

function redactKeys(line: string): string {
  try {
    return `${JSON.stringify(JSON.parse(line), hideSecret)}\n`;
  } catch {
    // A line that cannot be read cannot be cleaned either, so it is withheld.
    return `${JSON.stringify({ level: 50, time: Date.now(), msg: 'A log line was withheld: it could not be redacted' })}\n`;
  }
}

function hideSecret(key: string, value: unknown): unknown {
  const isSecret = SECRET_KEY_SET.has(key.toLowerCase().replaceAll(/[_-]/g, ''));
  return isSecret && value !== null ? HIDDEN : value;
}
