import { Marked } from "marked";

const marked = new Marked({ gfm: true });
marked.use({ renderer: { heading: ({ tokens, depth }) => `<h${depth} class="own">${tokens[0].raw}</h${depth}>\n` } });
console.log(marked.parse("# Title\n\n| a | b |\n|---|:-:|\n| 1 | `2` |\n\n- [x] done\n- <b>raw</b> & *so on*\n"));
console.log(marked.lexer("1. one\n2. two\n").map(({ type, raw }) => [type, raw]));
