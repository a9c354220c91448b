/** A compiled script: opaque. */
export type NativeScript = object & { readonly __opaque?: never };

/** What compiling gives. `cachedDataRejected` is undefined unless cached data was given. */
export interface NativeCompiled {
  readonly sourceURL: unknown;
  readonly sourceMapURL: unknown;
  readonly cachedDataRejected: boolean | undefined;
  readonly cachedDataProduced?: boolean;
  readonly cachedData?: Uint8Array;
}

/**
 * `internalBinding('contextify')`. A *contextified object* is one that went through `makeContext`; where a context may
 * be named, null and undefined mean the caller's. A *host symbol* is the host-defined option by which a later
 * `import()` finds its referrer. `import()` goes to the callback of
 * {@link NativeModuleWrap.setImportModuleDynamicallyCallback}.
 *
 * Cached data is sealed with a key of this guest's: what this guest did not produce, for the same source text, counts
 * as rejected, since V8 would trust forged data with the process.
 */
export interface NativeContextify {
  /** Called with the global of every context that is made, before its object shows through and any program sees it. */
  readonly setContextCallback: (adopt: (global: typeof globalThis) => void) => void;

  readonly compileFunction: (
    code: string,
    filename: string,
    lineOffset: number | undefined,
    columnOffset: number | undefined,
    cachedData: ArrayBufferView | undefined,
    produceCachedData: boolean,
    parsingContext: object | undefined,
    contextExtensions: readonly object[] | undefined,
    params: readonly string[] | undefined,
    /** None: an `import()` within asks the context that it is in. */
    hostSymbol: symbol | undefined,
    eager?: boolean,
  ) => NativeCompiled & { readonly function: (...args: unknown[]) => unknown };

  readonly compileScript: (
    code: string,
    filename: string,
    lineOffset: number | undefined,
    columnOffset: number | undefined,
    cachedData: ArrayBufferView | undefined,
    produceCachedData: boolean,
    parsingContext: object | undefined,
    hostSymbol: symbol,
  ) => NativeCompiled & { readonly script: NativeScript };

  /**
   * Runs a script in a context; its own microtask queue, if it has one, is drained before this returns. With a timeout
   * in milliseconds (-1 is none) it ends in `ERR_SCRIPT_EXECUTION_TIMEOUT` once that is over, and with `breakOnSigint` in
   * `ERR_SCRIPT_EXECUTION_INTERRUPTED` when `control.interruptScript` is called. Neither is taken for the guest's own end.
   */
  readonly runScript: (
    script: NativeScript,
    contextified: object | null | undefined,
    displayErrors: boolean,
    timeoutMs?: number,
    breakOnSigint?: boolean,
  ) => unknown;

  /** Code cache of a function that {@link compileFunction} made, with all that has run in it since; a TypeError for any other. */
  readonly createFunctionCachedData: (compiled: Function) => Uint8Array | undefined;
  readonly createCachedData: (script: NativeScript) => Uint8Array | undefined;

  /** `canParseAsESM` with an undefined function where the text is a module and `shouldDetectModule` is true. */
  readonly compileFunctionForCJSLoader: (
    code: string,
    filename: string,
    isSeaMain: boolean,
    shouldDetectModule: boolean,
    hostSymbol: symbol,
    cachedData?: ArrayBufferView,
  ) => NativeCompiled & {
    readonly function: ((...args: unknown[]) => unknown) | undefined;
    readonly canParseAsESM: boolean;
  };

  /** With a fourth argument the text is tried as a bare script, without the variables of CommonJS. */
  readonly containsModuleSyntax: (
    code: string,
    filename?: string,
    resourceName?: string | null,
    noCommonJsVariables?: unknown,
  ) => boolean;

  /** Answers the object, now contextified; for a symbol a plain context, whose global is the answer. */
  readonly makeContext: (
    object: object | symbol,
    name: string | undefined,
    origin: string | undefined,
    strings: boolean,
    wasm: boolean,
    ownMicrotaskQueue: boolean,
    hostSymbol: symbol,
  ) => object;
  readonly isContext: (object: unknown) => boolean;
  /** `globalThis` of a contextified object. */
  readonly globalOf: (contextified: object) => object;
}
