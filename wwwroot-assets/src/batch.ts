// Files on their way into a batch: three at a time, each sent again until the server has it or says why it does not take it.

import type { Listener } from "./intake.ts";

interface Sending { batch: string; file: File; place: number; upload: string; replace: string }

const AT_ONCE = 3;
const LONGEST_PAUSE = 15_000;

/** The queue of a page. It outlives the circuit: a server that was restarted gets the rest. */
export class BatchSender {
  #listener: Listener | undefined;
  #queue: Sending[] = [];
  #running = 0;
  #sent = 0;
  #total = 0;
  #down = false;
  #told = 0;
  #stop = new AbortController();
  #idle: (() => void)[] = [];
  /** Where the next file of a batch stands, as far as this page knows. */
  #places = new Map<string, number>();

  /** The page's component hears what becomes of the files. */
  attend(listener: Listener | undefined): void { this.#listener = listener; }

  get busy(): boolean { return this.#running + this.#queue.length > 0; }

  /** Called once nothing is left to send. */
  whenIdle(then: () => void): void { if (this.busy) this.#idle.push(then); else then(); }

  /** Asks the component which batch they belong to, and sends them. */
  async take(files: readonly File[], replace = ""): Promise<void> {
    if (files.length === 0) return;
    const chosen = await this.#listener?.invokeMethodAsync<{ batch: string; place: number } | null>("FilesChosen", files.length);
    if (!chosen) return;
    const { batch } = chosen;
    const place = Math.max(chosen.place, this.#places.get(batch) ?? 0);
    this.#places.set(batch, place + files.length);
    if (!this.busy) { this.#sent = 0; this.#total = 0; this.#stop = new AbortController(); }
    this.#total += files.length;
    this.#queue.push(...files.map((file, index) => ({ batch, file, place: place + index, upload: name(), replace })));
    while (this.#running < AT_ONCE && this.#queue.length > 0) void this.#run();
  }

  /** Leaves what has not been sent. */
  stop(): void {
    this.#queue = [];
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    this.#running++;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
        this.#tell(next.file.name);
        await this.#send(next);
        this.#sent++;
      }
    } finally {
      this.#running--;
      if (!this.busy) {
        this.#tell("", true);
        for (const then of this.#idle.splice(0)) then();
      }
    }
  }

  async #send(sending: Sending): Promise<void> {
    for (let pause = 500; !this.#stop.signal.aborted; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
      const wait = await this.#try(sending);
      if (wait === undefined) { this.#down = false; return; }
      this.#down = true;
      this.#tell(sending.file.name, true);
      await new Promise(then => setTimeout(then, Math.max(wait, pause)));
    }
  }

  /** Gives back how long to wait for the next try in ms; undefined where there is none. */
  async #try({ batch, file, place, upload, replace }: Sending): Promise<number | undefined> {
    let response: Response;
    try {
      response = await fetch(`batches/${batch}/files`, {
        method: "POST", body: file, signal: this.#stop.signal, credentials: "same-origin",
        headers: { "Content-Type": "application/octet-stream", "X-File-Name": encodeURIComponent(file.name), "X-Upload": upload, "X-Place": String(place), "X-Replace": replace, RequestVerificationToken: document.querySelector<HTMLMetaElement>("meta[name=request-token]")?.content ?? "" },
      });
    } catch {
      // A file that was changed or taken away since it was chosen cannot be sent at all.
      if (this.#stop.signal.aborted) return undefined;
      try { await file.slice(0, 1).arrayBuffer(); } catch { this.#refuse(file, { code: "not_sent", name: file.name, bytes: file.size }); return undefined; }
      return 0;
    }
    if (response.ok) return undefined;
    if (response.status === 408 || response.status === 429 || response.status >= 502) return 1000 * Number(response.headers.get("Retry-After") ?? 1);
    const refusal: unknown = await response.json().catch(() => undefined);
    this.#refuse(file, typeof refusal === "object" && refusal !== null && "code" in refusal ? refusal : { code: "not_sent", name: file.name, bytes: file.size });
    return undefined;
  }

  #refuse(file: File, refusal: object): void {
    // A batch that is full, gone or not this browser's takes none of the others either.
    if ("code" in refusal && (refusal.code === "batch_full" || refusal.code === "batch_pages" || refusal.code === "forbidden")) this.#queue = [];
    this.#listener?.invokeMethodAsync("NotSent", file.name, refusal).catch(() => undefined);
  }

  #tell(file: string, now = false): void {
    const time = performance.now();
    if (!now && time - this.#told < 250) return;
    this.#told = time;
    const left = this.#running + this.#queue.length;
    this.#listener?.invokeMethodAsync("Sending", Math.min(this.#sent + 1, this.#total), this.#total, this.busy ? file : "", this.#down ? left : 0).catch(() => undefined);
  }
}

/** Names a sending; not by randomUUID, which plain HTTP from another machine lacks. */
function name(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");
}
