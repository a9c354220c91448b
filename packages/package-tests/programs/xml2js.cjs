const { Builder, parseStringPromise } = require("xml2js");

const text = '<order id="7"><item qty="2">Pen &amp; ink</item><item>Paper</item><![CDATA[<raw>]]></order>';
parseStringPromise(text, { explicitArray: false }).then(async (found) => {
  console.log(JSON.stringify(found));
  console.log(new Builder({ renderOpts: { pretty: true } }).buildObject({ a: { $: { b: "<" }, c: [1, 2] } }));
  await parseStringPromise("<a><b></a>").catch((error) => console.log(error.message.split("\n")[0]));
});
