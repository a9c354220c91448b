/** What plugins of this platform have, as far as their manifests ask for it and somebody has approved that. */
export interface PlatformContext {
  readonly plugin: { readonly id: string; readonly version: string };
  readonly events: {
    /** Hears of an event. */
    on<Event extends keyof PlatformEvents>(event: Event, handler: (payload: PlatformEvents[Event]) => unknown): void;
    /** Makes another of what it is given, or leaves it as it is by answering nothing. */
    filter(event: "article.render", handler: (article: RenderedArticle) => unknown): void;
    emit(event: string, payload?: unknown): Promise<void>;
  };
  readonly articles: {
    list(): Promise<readonly { readonly slug: string; readonly title: string }[]>;
    read(slug: string): Promise<PublishedArticle>;
  };
  readonly storage: {
    get(key: string): Promise<unknown>;
    set(key: string, value: unknown): Promise<void>;
    keys(prefix?: string): Promise<readonly string[]>;
  };
  readonly config: { get(key: string): Promise<unknown> };
  readonly http: {
    fetch(url: string, init: { readonly method: string; readonly body: string }): Promise<{ readonly status: number }>;
  };
  readonly logger: { info(message: string): Promise<void> };
  readonly metrics: { increment(name: string, by?: number): Promise<void> };
}

/** What happens here. */
interface PlatformEvents {
  readonly "article.published": PublishedArticle;
}

export interface PublishedArticle {
  readonly slug: string;
  readonly title: string;
  readonly markdown: string;
}

export interface RenderedArticle {
  readonly slug: string;
  readonly title: string;
  readonly html: string;
}
