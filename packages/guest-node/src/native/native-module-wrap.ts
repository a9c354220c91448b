/** A module record: opaque. */
export type NativeModule = object & { readonly __nativeModule?: never };

export interface NativeModuleRequest {
  readonly specifier: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly phase: number;
}

export interface NativeSourceTextModule {
  readonly handle: NativeModule;
  /** The host-defined option: the one given, or a fresh one. */
  readonly hostSymbol: symbol;
  readonly hasTopLevelAwait: boolean;
  readonly sourceURL: unknown;
  readonly sourceMapURL: unknown;
  /** Undefined unless cached data was given. */
  readonly cachedDataRejected: boolean | undefined;
}

/** What `internalBinding('module_wrap')` is built on: functions over module records. */
export interface NativeModuleWrap {
  readonly createSourceTextModule: (
    url: string,
    contextified: object | undefined,
    source: string,
    lineOffset?: number,
    columnOffset?: number,
    hostSymbolOrCachedData?: symbol | ArrayBufferView,
    /** Beside a symbol, or nothing in its place. */
    cachedData?: ArrayBufferView,
  ) => NativeSourceTextModule;
  /** Names that come twice count once. The steps are called without `this` and arguments. */
  readonly createSyntheticModule: (
    url: string,
    contextified: object | undefined,
    exportNames: readonly string[],
    evaluationSteps: () => void,
  ) => { readonly handle: NativeModule; readonly hostSymbol: symbol };
  /** The module must be synthetic and instantiated; a name it does not have is a ReferenceError. */
  readonly setExport: (module: NativeModule, name: string, value: unknown) => void;
  readonly getModuleRequests: (module: NativeModule) => readonly NativeModuleRequest[];
  /**
   * One handle for every request, in order, and the same for each phase of a request (`ERR_MODULE_LINK_MISMATCH`,
   * `ERR_VM_MODULE_NOT_MODULE`).
   */
  readonly link: (module: NativeModule, dependencies: readonly NativeModule[]) => void;
  /** `ERR_VM_MODULE_LINK_FAILURE` where the module, or one of the graph that requests others, is not linked. */
  readonly instantiate: (module: NativeModule) => void;
  /**
   * With a time in milliseconds (-1: none) after which it is stopped, and whether SIGINT stops it. What is queued in a
   * context with a queue of its own is run, too. `ERR_REQUIRE_CYCLE_MODULE` while a module beneath is being evaluated,
   * `ERR_SCRIPT_EXECUTION_TIMEOUT`, `ERR_SCRIPT_EXECUTION_INTERRUPTED`.
   */
  readonly evaluate: (module: NativeModule, timeout?: number, breakOnSigint?: boolean) => Promise<undefined>;
  /** The namespace; throws what the module threw, and `ERR_REQUIRE_ASYNC_MODULE` for top-level await. */
  readonly evaluateSync: (module: NativeModule) => object;
  readonly getNamespace: (module: NativeModule) => object;
  readonly getStatus: (module: NativeModule) => number;
  /** What an errored module threw; undefined for others. */
  readonly getError: (module: NativeModule) => unknown;
  readonly isGraphAsync: (module: NativeModule) => boolean;
  readonly hasTopLevelAwait: (module: NativeModule) => boolean;
  /** Where the graph waits at its top level: file, line (0: not known), column from 0, source line. */
  readonly getStalledTopLevelAwaits: (
    module: NativeModule,
  ) => [file: unknown, line: number, column: number, source: string][];
  readonly createCachedData: (module: NativeModule) => Uint8Array | undefined;
  /** The namespace of a module that re-exports everything and adds `__esModule`. */
  readonly createRequiredModuleFacade: (module: NativeModule) => object;
  readonly throwIfPromiseRejected: (promise: Promise<unknown>) => void;
  /**
   * The one road of every `import()`. The symbol is the referrer's host symbol, else its context's, else undefined.
   * What the callback answers becomes the promise of the `import()`.
   */
  readonly setImportModuleDynamicallyCallback: (
    callback: (
      hostSymbol: symbol | undefined,
      specifier: string,
      phase: number,
      attributes: Readonly<Record<string, string>>,
      referrerName: unknown,
    ) => unknown,
  ) => void;
  readonly setInitializeImportMetaObjectCallback: (
    callback: (hostSymbol: symbol, meta: object, module: NativeModule) => void,
  ) => void;
  readonly kUninstantiated: number;
  readonly kInstantiating: number;
  readonly kInstantiated: number;
  readonly kEvaluating: number;
  readonly kEvaluated: number;
  readonly kErrored: number;
  readonly kSourcePhase: number;
  readonly kEvaluationPhase: number;
}
