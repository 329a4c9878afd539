/** Made up for the simulator and known to everybody: it proves nothing and opens nothing. */
export const hostKey = `
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACDSbbGAQzX5MQl/XRf+CE9tAJ6AfH4lJPW+nKI7PkOsDwAAAJCGe7Qahnu0
GgAAAAtzc2gtZWQyNTUxOQAAACDSbbGAQzX5MQl/XRf+CE9tAJ6AfH4lJPW+nKI7PkOsDw
AAAEC4160WCOOkLhEVR6o8doJXEGk1CAxMcsomSThUT6vhpNJtsYBDNfkxCX9dF/4IT20A
noB8fiUk9b6cojs+Q6wPAAAACXNpbXVsYXRvcgECAwQ=
-----END OPENSSH PRIVATE KEY-----
`.trimStart();

/** Of its public half, as OpenSSH prints it. */
export const hostKeyFingerprint = 'SHA256:XYvlwELeWhOY2Vmb5j2IxIBZcS7wHgKmqUNHGCQ83n4';
