// How documents come in: drop anywhere, file button, paste, camera. They go to the server by HTTP, never through the circuit.

/** What the page's component on the server hears. */
export interface Listener { invokeMethodAsync<T>(method: string, ...args: unknown[]): Promise<T> }

/** A file's way to the server. */
export class Intake {
  #listener: Listener | undefined;
  #sink: ((files: readonly File[], input?: HTMLInputElement) => void) | undefined;
  #waiting: readonly File[] = [];
  #sending: AbortController | undefined;
  #preview = "";
  #depth = 0;

  constructor() {
    document.addEventListener("dragenter", event => this.#drag(event, 1));
    document.addEventListener("dragleave", event => this.#drag(event, -1));
    document.addEventListener("dragover", event => { if (hasFiles(event)) { event.preventDefault(); event.dataTransfer!.dropEffect = "copy"; } });
    document.addEventListener("drop", event => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.#depth = 0;
      document.documentElement.classList.remove("file-over");
      this.take([...event.dataTransfer!.files]);
    });
    document.addEventListener("paste", event => {
      const files = [...event.clipboardData?.files ?? []];
      if (files.length === 0) return;
      event.preventDefault();
      this.take(files);
    });
    document.addEventListener("change", event => {
      const input = event.target;
      if (!(input instanceof HTMLInputElement) || !input.matches("[data-intake]")) return;
      const files = [...input.files ?? []];
      input.value = "";
      if (this.#sink && files.length > 0) this.#sink(files, input);
      else this.take(files);
    });
  }

  /** From now on files go to this component; one that came too early goes now. */
  attend(listener: Listener | undefined): void {
    this.#listener = listener;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (listener && waiting.length > 0) this.take(waiting);
  }

  /** Another page takes the files itself; undefined gives them back to the component. */
  divert(sink: ((files: readonly File[], input?: HTMLInputElement) => void) | undefined): void {
    this.#sink = sink;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (sink && waiting.length > 0) sink(waiting);
  }

  /** Takes what the clipboard holds; says so where it holds no picture or may not be read. */
  async paste(): Promise<void> {
    try {
      for (const item of await navigator.clipboard.read()) {
        const type = item.types.find(name => name.startsWith("image/"));
        if (type) return this.take([new File([await item.getType(type)], `clipboard.${type.slice(6)}`, { type })]);
      }
      await this.#listener?.invokeMethodAsync("PasteFailed", "empty");
    } catch {
      await this.#listener?.invokeMethodAsync("PasteFailed", "keys");
    }
  }

  /** Gives up what is being sent. */
  stop(): void { this.#sending?.abort(); }

  /** Sends the files one after another; the first is shown meanwhile. */
  take(files: readonly File[]): void {
    if (files.length === 0) return;
    if (this.#sink) { this.#sink(files); return; }
    if (!this.#listener) { this.#waiting = files; return; }
    if (files.length > MOST_FILES) { void this.#listener.invokeMethodAsync("TooManyFiles", files.length); return; }
    void this.#send(files, this.#listener);
  }

  async #send(files: readonly File[], listener: Listener): Promise<void> {
    this.#sending?.abort();
    const sending = this.#sending = new AbortController(), first = files[0]!;
    let answered = false;
    void this.#show(first, listener, () => !answered && !sending.signal.aborted);
    const taken: unknown[] = [], refused: unknown[] = [];
    let status = 0;
    for (const file of files) {
      const answer = await post(file, sending.signal);
      if (sending.signal.aborted) return;
      answered = true;
      status = answer.status;
      taken.push(...answer.taken);
      refused.push(...answer.refused);
    }
    if (files.length === 1 && taken.length === 0) await listener.invokeMethodAsync("Refused", status, refused[0]);
    else await listener.invokeMethodAsync("Uploaded", taken, refused);
  }

  /** Shows the picture before the server has it, where this browser can draw it. */
  async #show(file: File, listener: Listener, wanted: () => boolean): Promise<void> {
    if (this.#preview) URL.revokeObjectURL(this.#preview);
    const url = this.#preview = URL.createObjectURL(file), image = new Image();
    image.src = url;
    try { await image.decode(); } catch { return; }
    if (wanted() && image.naturalWidth > 0)
      await listener.invokeMethodAsync("Previewed", file.name, file.size, url, image.naturalWidth, image.naturalHeight);
  }

  #drag(event: DragEvent, step: number): void {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#depth = Math.max(0, this.#depth + step);
    document.documentElement.classList.toggle("file-over", this.#depth > 0);
    const count = event.dataTransfer?.items.length ?? 0;
    if (step > 0 && count > 0)
      document.querySelectorAll<HTMLElement>("[data-over-one]").forEach(note => { note.textContent = count === 1 ? note.dataset.overOne! : note.dataset.overMany!.replace("{0}", String(count)); });
  }
}

/** What became of a file: an archive may bring several documents, all else brings one or is refused. */
export interface Answer { status: number; taken: unknown[]; refused: unknown[] }

async function post(file: File, signal: AbortSignal): Promise<Answer> {
  const notSent = { status: 0, taken: [], refused: [{ code: "not_sent", name: file.name, bytes: file.size }] };
  if (file.size > Number(meta("upload-limit")))
    return { status: 413, taken: [], refused: [{ code: "too_large", name: file.name, bytes: file.size }] };
  try {
    const response = await fetch("documents", {
      method: "POST", body: file, signal, credentials: "same-origin",
      headers: { "Content-Type": "application/octet-stream", "X-File-Name": encodeURIComponent(file.name), RequestVerificationToken: meta("request-token") },
    });
    return readAnswer(response.status, await response.json().catch(() => undefined)) ?? notSent;
  } catch {
    return notSent;
  }
}

/** The server's answer in one form; undefined where it makes no sense. */
export function readAnswer(status: number, body: unknown): Answer | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  if ("taken" in body && Array.isArray(body.taken)) return { status, taken: body.taken, refused: "refused" in body && Array.isArray(body.refused) ? body.refused : [] };
  return status === 200 ? { status, taken: [body], refused: [] } : { status, taken: [], refused: [body] };
}

/** More are for the Batch page. */
const MOST_FILES = 200;

function hasFiles(event: DragEvent): boolean { return event.dataTransfer?.types.includes("Files") ?? false; }

function meta(name: string): string { return document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? ""; }
