import { asyncContextFrameBinding } from "./bindings/async-context-frame.ts";
import { asyncWrapBinding } from "./bindings/async-wrap.ts";
import { blobBinding } from "./bindings/blob.ts";
import { blockListBinding } from "./bindings/block-list.ts";
import { bufferBinding } from "./bindings/buffer.ts";
import { builtinsBinding } from "./bindings/builtins.ts";
import { caresWrapBinding } from "./bindings/cares-wrap.ts";
import { cjsLexerBinding } from "./bindings/cjs-lexer.ts";
import { configBinding } from "./bindings/config.ts";
import { constantsBinding } from "./bindings/constants.ts";
import { contextifyBinding } from "./bindings/contextify.ts";
import { credentialsBinding } from "./bindings/credentials.ts";
import type { CryptoLink } from "./bindings/crypto/crypto-link.ts";
import { diagnosticsChannelBinding } from "./bindings/diagnostics-channel.ts";
import { encodingBinding } from "./bindings/encoding-binding.ts";
import { errorsBinding } from "./bindings/errors.ts";
import { fsDirBinding } from "./bindings/fs/dir-handle.ts";
import { fsBinding } from "./bindings/fs/fs-binding.ts";
import { fsEventWrapBinding } from "./bindings/fs/fs-event.ts";
import { icuBinding } from "./bindings/icu.ts";
import { ipcSerdesBinding } from "./bindings/ipc-serdes.ts";
import { jsStreamBinding } from "./bindings/js-stream.ts";
import { locksBinding } from "./bindings/locks.ts";
import { messagingBinding } from "./bindings/messaging.ts";
import { mksnapshotBinding } from "./bindings/mksnapshot.ts";
import { moduleWrapBinding } from "./bindings/module-wrap.ts";
import { modulesBinding } from "./bindings/modules.ts";
import { optionsBinding } from "./bindings/options.ts";
import { osBinding } from "./bindings/os.ts";
import { performanceBinding } from "./bindings/performance.ts";
import { permissionBinding } from "./bindings/permission.ts";
import { pipeWrapBinding } from "./bindings/pipe-wrap.ts";
import { processMethodsBinding } from "./bindings/process-methods.ts";
import { reportBinding } from "./bindings/report.ts";
import { serdesBinding } from "./bindings/serdes.ts";
import { signalWrapBinding } from "./bindings/signal-wrap.ts";
import { streamPipeBinding } from "./bindings/stream-pipe.ts";
import { streamWrapBinding } from "./bindings/stream-wrap.ts";
import { stringDecoderBinding } from "./bindings/string-decoder.ts";
import { symbolsBinding } from "./bindings/symbols.ts";
import { taskQueueBinding } from "./bindings/task-queue.ts";
import { tcpWrapBinding } from "./bindings/tcp-wrap.ts";
import { timersBinding } from "./bindings/timers.ts";
import { traceEventsBinding } from "./bindings/trace-events.ts";
import { ttyWrapBinding } from "./bindings/tty-wrap.ts";
import { typesBinding } from "./bindings/types.ts";
import { urlBinding } from "./bindings/url.ts";
import { urlPatternBinding } from "./bindings/url-pattern.ts";
import { utilBinding } from "./bindings/util.ts";
import { uvBinding } from "./bindings/uv.ts";
import { v8Binding } from "./bindings/v8.ts";
import { wasmWebApiBinding } from "./bindings/wasm-web-api.ts";
import { workerBinding } from "./bindings/worker.ts";
import type { FatalEnhancers } from "./fatal-exception.ts";
import type { Binding, Guest, Library } from "./guest.ts";
import type { TakeLate } from "./late-bundles.ts";
import type { LibraryCompiler } from "./library-compiler.ts";
import { PortHub } from "./messaging/port-hub.ts";
import { GuestNetwork } from "./network/guest-network.ts";
import { dictionary, ObjectDefineProperty } from "./past-prototypes.ts";
import { ObjectKeys, ObjectSetPrototypeOf } from "./primordial.ts";
import { StreamCore } from "./streams/stream-core.ts";
import { unimplementedTable } from "./unimplemented.table.ts";
import { declareUnimplemented } from "./unimplemented.ts";

type BindingFactory = (guest: Guest) => Binding;

/** What a few bindings need beyond the guest. */
export interface BindingParts {
  readonly compiler: LibraryCompiler;
  readonly enhancers: FatalEnhancers;
  readonly adopt: (library: Library) => void;
  readonly takeLate: TakeLate;
}

/** Makes `getInternalBinding` for Node's realm: each binding is made once, when it is first asked for. */
export function createBindingLoader(guest: Guest, parts: BindingParts): (name: string) => Binding {
  const factories = bindingFactories(
    parts,
    new PortHub(guest),
    new GuestNetwork(guest, new StreamCore(guest), parts.takeLate),
  );
  return (name) => {
    const factory = factories[name];
    const binding = factory === undefined ? dictionary<unknown>() : factory(guest);
    ObjectSetPrototypeOf(binding, null);
    const declared = unimplementedTable[name];
    const known = guest.tables.bindings[name];
    if (factory === undefined && declared === undefined && known === undefined) {
      throw guest.errors.coded("Error", "ERR_INVALID_MODULE", `No such binding: ${name}`);
    }
    addValues(binding, known?.values ?? {});
    return declareUnimplemented(binding, name, declared ?? []);
  };
}

/** Constants and other plain data are Node's own. */
function addValues(binding: Binding, values: Readonly<Record<string, unknown>>): void {
  const keys = ObjectKeys(values);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? "";
    if (!(key in binding)) binding[key] = values[key];
  }
}

function bindingFactories(parts: BindingParts, ports: PortHub, network: GuestNetwork): Record<string, BindingFactory> {
  const streams = network.core;
  const { takeLate } = parts;
  return {
    __proto__: null as never,
    ...secureFactories(ports, network, parts),
    ...dataFactories(ports, parts),
    ...threadFactories(ports),
    async_context_frame: asyncContextFrameBinding,
    async_wrap: asyncWrapBinding,
    block_list: (guest) => blockListBinding(guest, ports.messages),
    buffer: bufferBinding,
    builtins: (guest) => builtinsBinding(guest, parts.compiler, parts.adopt),
    config: configBinding,
    constants: constantsBinding,
    contextify: contextifyBinding,
    credentials: credentialsBinding,
    diagnostics_channel: diagnosticsChannelBinding,
    encoding_binding: encodingBinding,
    errors: (guest) => errorsBinding(guest, parts.enhancers),
    icu: icuBinding,
    mksnapshot: mksnapshotBinding,
    module_wrap: moduleWrapBinding,
    options: optionsBinding,
    os: osBinding,
    performance: (guest) => performanceBinding(guest, (handle) => ports.messages.share(handle), takeLate),
    permission: permissionBinding,
    process_methods: processMethodsBinding,
    report: reportBinding,
    string_decoder: stringDecoderBinding,
    symbols: symbolsBinding,
    task_queue: taskQueueBinding,
    timers: timersBinding,
    trace_events: traceEventsBinding,
    types: typesBinding,
    url: urlBinding,
    url_pattern: (guest) => urlPatternBinding(guest, takeLate),
    util: utilBinding,
    uv: uvBinding,
    wasm_web_api: wasmWebApiBinding,
    modules: modulesBinding,
    cjs_lexer: () => cjsLexerBinding(takeLate),
    fs: fsBinding,
    fs_dir: fsDirBinding,
    fs_event_wrap: fsEventWrapBinding,
    cares_wrap: () => caresWrapBinding(network),
    serdes: serdesBinding,
    v8: (guest) => v8Binding(guest, takeLate),
    http2: () => takeLate("http2").http2Binding(streams),
    http_parser: () => takeLate("http-parser").httpParserBinding(streams),
    stream_pipe: () => streamPipeBinding(streams),
    stream_wrap: () => streamWrapBinding(streams),
    pipe_wrap: (guest) => pipeWrapBinding(guest, network),
    tcp_wrap: () => tcpWrapBinding(network),
    udp_wrap: () => takeLate("udp").udpWrapBinding(network),
    tty_wrap: (guest) => ttyWrapBinding(guest, streams),
    ipc_serdes: ipcSerdesBinding,
    process_wrap: (guest) => takeLate("child-processes").processWrapBinding(guest, streams),
    signal_wrap: signalWrapBinding,
    spawn_sync: (guest) => takeLate("child-processes").spawnSyncBinding(guest, streams),
  };
}

/** What holds or packs the program's data. */
function dataFactories(ports: PortHub, { takeLate }: BindingParts): Record<string, BindingFactory> {
  return {
    blob: (guest) => blobBinding(guest, ports.messages),
    sqlite: (guest) => takeLate("sqlite").sqliteBinding(guest),
    wasi: (guest) => takeLate("wasi").wasiBinding(guest),
    webstorage: (guest) => takeLate("sqlite").webstorageBinding(guest),
    zlib: (guest) => takeLate("zlib").zlibBinding(guest),
  };
}

/** What a guest's threads have to do with each other by. */
function threadFactories(ports: PortHub): Record<string, BindingFactory> {
  return {
    __proto__: null as never,
    locks: () => locksBinding(ports),
    messaging: (guest) => messagingBinding(guest, ports),
    worker: (guest) => workerBinding(guest, ports),
  };
}

/** What TLS is made of, and TLS itself: objects of the one are operands of the other. */
function secureFactories(
  ports: PortHub,
  network: GuestNetwork,
  { takeLate }: BindingParts,
): Record<string, BindingFactory> {
  let link: CryptoLink | undefined;
  const linkOf = (guest: Guest): CryptoLink => {
    link ??= new (takeLate("crypto").CryptoLink)(guest);
    return link;
  };
  return {
    crypto(guest) {
      const binding = takeLate("crypto").cryptoBinding(linkOf(guest), ports.messages);
      let contextClass: unknown;
      // Asked for by TLS alone.
      const get = (): unknown => {
        contextClass ??= takeLate("tls").secureContextClass(linkOf(guest));
        return contextClass;
      };
      // As a property like any other: Node's own tests put another class in its place.
      const set = (value: unknown): void => {
        contextClass = value;
      };
      return ObjectDefineProperty(binding, "SecureContext", { get, set, enumerable: true, configurable: true });
    },
    js_stream: () => jsStreamBinding(network.core),
    tls_wrap: (guest) => takeLate("tls").tlsWrapBinding(network, linkOf(guest)),
  };
}
