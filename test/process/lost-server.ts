// The program with a warehouse that is gone for good, as soon as SIGUSR2 says so.
const pinned = globalThis as typeof globalThis & { __lost?: PromiseWithResolvers<unknown> };
pinned.__lost = Promise.withResolvers<unknown>();
process.once("SIGUSR2", () => pinned.__lost?.resolve(new Error("no instance could be opened")));
await import("../../app/server.ts");

export {};
