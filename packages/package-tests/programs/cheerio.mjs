import { load } from "cheerio";

const $ = load("<ul id=x><li class='a b'>One<li>Two &amp; <b>three</b></ul>");
$("li:first-child").addClass("c").attr("data-n", 1).after("<li>New</li>");
console.log($("#x").html());
console.log(
  $("li")
    .map((_, item) => $(item).text())
    .get(),
  $("li b").closest("li").index(),
);
console.log(load("<a><b/></a>", { xml: true }).xml());
