/** Statistics are written into the Float64Array given: the constants are the indices. */
export interface NativeHeap {
  /** 14 numbers. */
  readonly updateHeapStatistics: (out: Float64Array) => void;
  readonly heapSpaces: () => string[];
  /** 4 numbers of the space with that index in {@link heapSpaces}. */
  readonly updateHeapSpaceStatistics: (out: Float64Array, space: number) => void;
  /** 4 numbers. */
  readonly updateHeapCodeStatistics: (out: Float64Array) => void;
  /** A full garbage collection. */
  readonly collect: () => void;
  /** Whether the old generation has been collected since the last time that this was asked. */
  readonly takeCollected: () => boolean;
  /** Whether collections are noted: 512 at most between two calls of {@link takeCollections}. */
  readonly watchCollections: (on: boolean) => void;
  /**
   * Writes those that have not been taken yet, as many as there is room for, and answers how many. Each is 4 numbers (its
   * type, its flags, how many milliseconds ago it began, how many it took) and, twice, for before and after: 11 of the
   * heap and 4 of each space.
   */
  readonly takeCollections: (out: Float64Array) => number;
  readonly isStringOneByteRepresentation: (text: string) => boolean;
  /** Always throws `ERR_ACCESS_DENIED`. */
  readonly setFlagsFromString: (flags: string) => never;
  readonly cachedDataVersionTag: () => number;
  readonly kTotalHeapSizeIndex: number;
  readonly kTotalHeapSizeExecutableIndex: number;
  readonly kTotalPhysicalSizeIndex: number;
  readonly kTotalAvailableSize: number;
  readonly kUsedHeapSizeIndex: number;
  readonly kHeapSizeLimitIndex: number;
  readonly kMallocedMemoryIndex: number;
  readonly kPeakMallocedMemoryIndex: number;
  readonly kDoesZapGarbageIndex: number;
  readonly kNumberOfNativeContextsIndex: number;
  readonly kNumberOfDetachedContextsIndex: number;
  readonly kTotalGlobalHandlesSizeIndex: number;
  readonly kUsedGlobalHandlesSizeIndex: number;
  readonly kExternalMemoryIndex: number;
  readonly kSpaceSizeIndex: number;
  readonly kSpaceUsedSizeIndex: number;
  readonly kSpaceAvailableSizeIndex: number;
  readonly kPhysicalSpaceSizeIndex: number;
  readonly kCodeAndMetadataSizeIndex: number;
  readonly kBytecodeAndMetadataSizeIndex: number;
  readonly kExternalScriptSourceSizeIndex: number;
  readonly kCPUProfilerMetaDataSizeIndex: number;
}
