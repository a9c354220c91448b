/** Bytes that lie in one piece of memory. */
const PAGE_BYTES = 256 * 1024;

/**
 * The content of a file, in pages: it grows, shrinks and gets holes without being copied, however long it is. Pages
 * that were never written take no memory and read as zeros; the last page grows with the file.
 */
export class PagedBytes {
  #pages: (Uint8Array | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Copies what lies from `position` on into `target`; answers how many bytes that were. */
  read(target: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(target.length, this.#size - position));
    for (let done = 0; done < length; ) {
      const start = (position + done) % PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - start, length - done);
      const page = this.#pages[Math.floor((position + done) / PAGE_BYTES)];
      const present = page === undefined ? 0 : Math.max(0, Math.min(count, page.length - start));
      if (page !== undefined && present > 0) target.set(page.subarray(start, start + present), done);
      if (present < count) target.fill(0, done + present, done + count);
      done += count;
    }
    return length;
  }

  /** Writes at `position`; a gap before it reads as zeros. @throws RangeError when there is no memory */
  write(data: Uint8Array, position: number): void {
    const end = position + data.length;
    // All memory is taken before anything is written: what fails has changed nothing.
    for (let done = position; done < end; done += PAGE_BYTES - (done % PAGE_BYTES)) {
      const index = Math.floor(done / PAGE_BYTES);
      this.#reserve(index, Math.min(PAGE_BYTES, end - index * PAGE_BYTES));
    }
    for (let done = 0; done < data.length; ) {
      const start = (position + done) % PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - start, data.length - done);
      this.#pages[Math.floor((position + done) / PAGE_BYTES)]?.set(data.subarray(done, done + count), start);
      done += count;
    }
    this.#size = Math.max(this.#size, end);
  }

  /** Cuts it off, or lets it end in a hole. */
  resize(size: number): void {
    if (size < this.#size) {
      const last = Math.ceil(size / PAGE_BYTES);
      this.#pages.length = Math.min(this.#pages.length, last);
      const kept = size - (last - 1) * PAGE_BYTES;
      const page = this.#pages[last - 1];
      // What was cut off must read as zeros should the file grow again.
      if (page !== undefined && page.length > kept) this.#pages[last - 1] = page.slice(0, kept);
    }
    this.#size = size;
  }

  /** Sees to it that a page holds at least `length` bytes. */
  #reserve(index: number, length: number): void {
    const page = this.#pages[index];
    if (page !== undefined && page.length >= length) return;
    const room = page === undefined ? length : Math.max(length, page.length * 2);
    const grown = new Uint8Array(Math.min(PAGE_BYTES, room));
    if (page !== undefined) grown.set(page);
    // An array with gaps would become a table with a cost of its own for every page.
    while (this.#pages.length < index) this.#pages.push(undefined);
    this.#pages[index] = grown;
  }
}
