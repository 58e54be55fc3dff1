// How documents come in: drop anywhere, file button, paste, camera. They go to the server by HTTP, never through the circuit.

/** What the page's component on the server hears. */
export interface Listener { invokeMethodAsync<T>(method: string, ...args: unknown[]): Promise<T> }

/** A file's way to the server. */
export class Intake {
  #listener: Listener | undefined;
  #waiting: File | undefined;
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
      this.take(files);
    });
  }

  /** From now on files go to this component; one that came too early goes now. */
  attend(listener: Listener | undefined): void {
    this.#listener = listener;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (listener && waiting) this.take([waiting]);
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

  /** Sends the first file and shows it meanwhile; more than one are refused, not dropped silently. */
  take(files: readonly File[]): void {
    const file = files[0];
    if (!file) return;
    if (!this.#listener) { this.#waiting = file; return; }
    if (files.length > 1) { void this.#listener.invokeMethodAsync("TooManyFiles", files.length); return; }
    void this.#send(file, this.#listener);
  }

  async #send(file: File, listener: Listener): Promise<void> {
    this.stop();
    const sending = this.#sending = new AbortController();
    let answered = false;
    void this.#show(file, listener, () => !answered && !sending.signal.aborted);
    try {
      const limit = Number(meta("upload-limit"));
      const answer = file.size > limit
        ? { status: 413, body: { code: "too_large", name: file.name, bytes: file.size } }
        : await post(file, sending.signal);
      answered = true;
      if (!sending.signal.aborted)
        await listener.invokeMethodAsync(answer.status === 200 ? "Uploaded" : "Refused", answer.status, answer.body);
    } catch {
      answered = true;
      if (!sending.signal.aborted)
        await listener.invokeMethodAsync("Refused", 0, { code: "not_sent", name: file.name, bytes: file.size });
    }
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

async function post(file: File, signal: AbortSignal): Promise<{ status: number; body: unknown }> {
  const response = await fetch("documents", {
    method: "POST", body: file, signal, credentials: "same-origin",
    headers: { "Content-Type": "application/octet-stream", "X-File-Name": encodeURIComponent(file.name), RequestVerificationToken: meta("request-token") },
  });
  return { status: response.status, body: await response.json().catch(() => ({ code: "not_sent", name: file.name, bytes: file.size })) };
}

function hasFiles(event: DragEvent): boolean { return event.dataTransfer?.types.includes("Files") ?? false; }

function meta(name: string): string { return document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? ""; }
