export { buildTraceDoc } from './build-trace-doc.ts';
export { type FrontDoor, startFrontDoor } from './front-door.ts';
export { type Half, serveHalf, startHalf } from './half.ts';
export { createHttpPeer, type HttpPeer } from './http-peer.ts';
export { type Receiver, type Script, startReceiver } from './receiver.ts';
export type { Answer, FullAnswer, RecordedRequest, RecordingServer } from './recording-server.ts';
export { createTestDatabase, createTestPrefix, type TestDatabase } from './test-database.ts';
export { type WaitOptions, waitFor } from './wait-for.ts';
