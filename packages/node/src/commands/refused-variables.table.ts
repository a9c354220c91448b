/** Variables with a reason in common. A name that ends in `*` stands for all that begin so. */
export interface VariableGroup {
  readonly names: readonly string[];
  /** The end of "… is not passed to commands, since …". */
  readonly because: string;
}

/**
 * What no guest passes to a command: each makes some program load code, start another program or write a file that its
 * arguments do not name, so that an allowed `git` or `node` would be a shell.
 */
export const refusedVariables: readonly VariableGroup[] = [
  {
    names: ["LD_*", "DYLD_*", "GLIBC_TUNABLES", "GCONV_PATH", "GETCONF_DIR", "LOCPATH", "NLSPATH", "MALLOC_TRACE"],
    because: "the system's loader and library load code or write files by it",
  },
  {
    names: ["HOSTALIASES", "LOCALDOMAIN", "RESOLV_HOST_CONF", "RES_OPTIONS", "NIS_PATH", "TZDIR"],
    because: "the system's library reads files or resolves names by it",
  },
  {
    names: [
      "NODE_CHANNEL_*",
      "NODE_COMPILE_CACHE",
      "NODE_EXTRA_CA_CERTS",
      "NODE_ICU_DATA",
      "NODE_OPTIONS",
      "NODE_PATH",
      "NODE_PENDING_DEPRECATION_LOG",
      "NODE_REDIRECT_WARNINGS",
      "NODE_REPL_*",
      "NODE_TLS_REJECT_UNAUTHORIZED",
      "NODE_USE_*",
      "NODE_V8_COVERAGE",
      "npm_config_*",
      "NPM_CONFIG_*",
    ],
    because: "Node or npm load code, write files or trust others by it",
  },
  {
    names: [
      "BASH_ENV",
      "BASH_FUNC_*",
      "BASHOPTS",
      "CDPATH",
      "ENV",
      "IFS",
      "PROMPT_COMMAND",
      "PS1",
      "PS4",
      "SHELLOPTS",
      "ZDOTDIR",
    ],
    because: "shells run code by it",
  },
  {
    names: ["GIT_*", "SSH_*", "SUDO_*", "RSYNC_*", "HG*", "SVN_*", "CVS_RSH"],
    because: "it names programs that git and its kind start, and other repositories",
  },
  {
    names: [
      "BUNDLE_*",
      "CLASSPATH",
      "GEM_*",
      "JAVA_TOOL_OPTIONS",
      "JDK_JAVA_OPTIONS",
      "_JAVA_OPTIONS",
      "LUA_*",
      "PERL*",
      "PHP*",
      "PYTHON*",
      "RUBY*",
      "TCLLIBPATH",
    ],
    because: "an interpreter loads code by it",
  },
  {
    names: ["BROWSER", "EDITOR", "LESS*", "MAN_*", "MANPAGER", "PAGER", "SYSTEMD_*", "VISUAL"],
    because: "it names a program that others start",
  },
  {
    names: [
      "CARGO_*",
      "CC",
      "CXX",
      "GOFLAGS",
      "GOENV",
      "MAKE*",
      "MFLAGS",
      "RUSTC*",
      "RUSTFLAGS",
      "GRADLE_OPTS",
      "MAVEN_OPTS",
    ],
    because: "build tools start programs by it",
  },
  {
    names: ["OPENSSL_*", "SSLKEYLOGFILE", "CURL_HOME", "WGETRC", "DOCKER_*", "KUBECONFIG"],
    because: "it names libraries, keys or another machine to a program",
  },
  {
    names: [
      "RIPGREP_CONFIG_PATH",
      "TAR_OPTIONS",
      "GREP_OPTIONS",
      "GS_OPTIONS",
      "GZIP",
      "XZ_OPT",
      "ZSTD_*",
      "BAT_*",
      "FZF_*",
      "VIMINIT",
      "EXINIT",
    ],
    because: "it is options of a program, some of which start others or write files",
  },
  {
    names: [
      "COMPlus_*",
      "CORECLR_*",
      "DOTNET_*",
      "GDAL_*",
      "GDK_*",
      "GIO_*",
      "GST_*",
      "GS_LIB",
      "GTK_*",
      "GVBINDIR",
      "HDF5_PLUGIN_*",
      "LIBMYSQL_PLUGIN*",
      "MAGICK_*",
      "OCL_ICD_*",
      "QT_*",
      "VK_*",
    ],
    because: "libraries load code or start programs by it",
  },
  {
    names: [
      "AWS_*",
      "GNUPGHOME",
      "KRB5_CONFIG",
      "PGSERVICEFILE",
      "PGSYSCONFDIR",
      "SSL_CERT_*",
      "TEXMF*",
      "TEXINPUTS",
      "shell_escape",
    ],
    because: "it names a configuration that starts programs, or whom to trust",
  },
  {
    names: [
      "BUN_*",
      "DENO_*",
      "ELIXIR_*",
      "ERL_*",
      "FPATH",
      "GUILE_*",
      "JULIA_*",
      "R_PROFILE*",
      "R_ENVIRON*",
      "YARN_*",
      "PNPM_*",
      "COREPACK_*",
    ],
    because: "an interpreter or a package manager loads code by it",
  },
  {
    names: ["ASAN_OPTIONS", "LSAN_OPTIONS", "MSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"],
    because: "instrumented programs write files by it",
  },
  { names: ["VIVARIUM_*"], because: "it is how an executor finds what a command has started" },
];

/** What names places: a guest's mean nothing on its host, so that a command has those of its executor or none. */
export const placeVariables: readonly string[] = [
  "PATH",
  "HOME",
  "PWD",
  "OLDPWD",
  "SHELL",
  "TMPDIR",
  "TMP",
  "TEMP",
  "XDG_*",
  "_",
];
