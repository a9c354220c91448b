/** What only a running Node knows of its own internals; written by `scripts/write-node-tables.ts` at build time. */
export interface NodeTables {
  readonly version: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly release: Readonly<Record<string, unknown>>;
  /** Ids of the library's modules. */
  readonly builtinIds: readonly string[];
  /** The text behind `process.config`. */
  readonly processConfig: string;
  /** Defaults of the command-line options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** {@link NodeOptionsInfo} as JSON: few programs ask. */
  readonly optionsInfo: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly constants: Readonly<Record<string, unknown>>;
  readonly providers: Readonly<Record<string, number>>;
  readonly utilConstants: Readonly<Record<string, number>>;
  readonly exitCodes: Readonly<Record<string, number>>;
  readonly privateSymbols: readonly string[];
  readonly symbols: readonly string[];
  readonly uvErrors: readonly { readonly errno: number; readonly name: string; readonly message: string }[];
  /** Per binding: its plain values (numbers, strings, arrays and objects of such), and the names of its functions. */
  readonly bindings: Readonly<Record<string, BindingTable>>;
}

export interface BindingTable {
  readonly values: Readonly<Record<string, unknown>>;
  readonly functions: readonly string[];
}

/** What there is to know of each option, and of names that stand for others. */
export interface NodeOptionsInfo {
  readonly options: readonly (readonly [name: string, envVarSettings: number, type: number, defaultIsTrue: boolean])[];
  readonly aliases: readonly (readonly [name: string, expansion: readonly string[]])[];
}
