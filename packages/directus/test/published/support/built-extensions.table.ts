import { expect } from "vitest";
import { answers, asks, json, loggedFailure, type PublishedExtension } from "./published-extension.ts";

const clarifai = json({ authorization: "Key key" });
const deepgram = json({ authorization: "Token key" });
const bearer = json({ authorization: "Bearer key" });
const picture = "https://pictures.example.com/cat.jpg";
const caption =
  "https://api.clarifai.com/v2/users/salesforce/apps/blip/models/general-english-image-caption-blip-2/outputs";
const recognition =
  "https://api.clarifai.com/v2/users/clarifai/apps/main/models/ocr-scene-english-paddleocr/versions/46e99516c2d94f58baf2bcaf5a6a53a9/outputs";
const pictured = { inputs: [{ data: { image: { url: picture } } }] };
const insights = "https://api.deepgram.com/v1/read?language=en&intents=true&sentiment=true&summarize=true&topics=true";
const dispatches = "https://api.github.com/repos/owner/repo/dispatches";
const dispatch = { owner: "owner", repo: "repo", accessToken: "key", eventType: "publish" };
const gitHub = {
  authorization: "Bearer key",
  accept: "application/vnd.github+json",
  "x-github-api-version": "2022-11-28",
  "content-type": "application/x-www-form-urlencoded",
};
const feed = `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item><link>https://a.io/1</link></item></channel></rss>`;

/** Extensions of which a folder is to be given, built from their sources where the registry at hand has them not. */
export const builtExtensions: readonly PublishedExtension[] = [
  {
    name: "@directus-labs/ai-alt-text-writer-operation",
    id: "directus-labs-ai-alt-text-writer-operation",
    runs: [
      {
        does: "has a picture described",
        options: { apiKey: "key", url: picture },
        exchanges: [
          {
            asks: asks("POST", caption, clarifai, pictured),
            answer: answers({ outputs: [{ data: { text: { raw: "a cat" } } }] }),
          },
        ],
        returns: "a cat",
      },
      {
        does: "tells what the service says of a failure",
        options: { apiKey: "key", url: picture },
        exchanges: [
          {
            asks: asks("POST", caption, clarifai, pictured),
            answer: answers({ status: { code: 11009, description: "API key not found" } }, 401),
          },
        ],
        throws: "API key not found",
        logs: ["API key not found"],
      },
      {
        does: "tells the status of a failure of which the service says nothing",
        options: { apiKey: "key", url: picture },
        exchanges: [{ asks: asks("POST", caption, clarifai, pictured), answer: answers("Bad Gateway", 502) }],
        throws: "Request failed with status code 502",
        logs: ["Request failed with status code 502"],
      },
    ],
  },
  {
    name: "@directus-labs/ai-image-generation-operation",
    id: "directus-labs-ai-image-generation",
    runs: [
      {
        does: "has a picture made",
        options: { apiKey: "key", prompt: "A terrarium", quality: "hd", size: "portrait" },
        exchanges: [
          {
            asks: asks("POST", "https://api.openai.com/v1/images/generations", bearer, {
              model: "dall-e-3",
              n: 1,
              prompt: "A terrarium",
              quality: "hd",
              size: "1024x1792",
            }),
            answer: answers({ data: [{ url: picture }] }),
          },
        ],
        returns: picture,
      },
      {
        does: "logs and tells the status of a failure",
        options: { apiKey: "key", prompt: "A terrarium", quality: "hd", size: "square" },
        exchanges: [
          {
            asks: asks("POST", "https://api.openai.com/v1/images/generations", bearer, expect.anything()),
            answer: answers({ error: { code: "content_policy_violation" } }, 400),
          },
        ],
        throws: "Request failed with status code 400",
        logs: ["Request failed with status code 400"],
      },
    ],
  },
  {
    name: "@directus-labs/ai-speech-generation-operation",
    id: "directus-labs-ai-speech-generation",
    runs: [
      {
        does: "has text spoken",
        options: { apiKey: "key", text: "Hello.", speaker: "s-1", speed: 1.2 },
        exchanges: [
          {
            asks: asks("POST", "https://api.genny.lovo.ai/api/v1/tts/sync", json({ "x-api-key": "key" }), {
              text: "Hello.",
              speaker: "s-1",
              speed: 1.2,
            }),
            answer: answers({ data: [{ urls: ["https://sounds.example.com/1.wav"] }] }, 201),
          },
        ],
        returns: "https://sounds.example.com/1.wav",
      },
      {
        does: "logs all that the service says of a failure, and tells the status",
        options: { apiKey: "key", text: "Hello.", speaker: "nobody", speed: 1 },
        exchanges: [
          {
            asks: asks("POST", "https://api.genny.lovo.ai/api/v1/tts/sync", json({ "x-api-key": "key" }), {
              text: "Hello.",
              speaker: "nobody",
              speed: 1,
            }),
            answer: answers({ error: "no such speaker" }, 404),
          },
        ],
        throws: "Request failed with status code 404",
        logs: [loggedFailure(404, { error: "no such speaker" })],
      },
    ],
  },
  {
    name: "@directus-labs/ai-text-extraction-operation",
    id: "directus-labs-ai-text-extraction-operation",
    runs: [
      {
        does: "has the text of a picture read",
        options: { apiKey: "key", url: picture },
        exchanges: [
          {
            asks: asks("POST", recognition, clarifai, pictured),
            answer: answers({
              outputs: [{ data: { regions: [{ data: { text: { raw: "A" } } }, { data: { text: { raw: "B" } } }] } }],
            }),
          },
        ],
        returns: { text: "A\nB", regions: [{ data: { text: { raw: "A" } } }, { data: { text: { raw: "B" } } }] },
      },
      {
        does: "tells what the service says of a failure",
        options: { apiKey: "key", url: picture },
        exchanges: [
          {
            asks: asks("POST", recognition, clarifai, pictured),
            answer: answers({ status: { description: "Invalid picture" } }, 500),
          },
        ],
        throws: "Invalid picture",
        logs: ["Invalid picture"],
      },
    ],
  },
  {
    name: "@directus-labs/ai-text-intelligence-operation",
    id: "directus-labs-ai-text-intelligence",
    runs: [
      {
        does: "has a text understood",
        options: { apiKey: "key", text: "A good day." },
        exchanges: [
          {
            asks: asks("POST", insights, deepgram, { text: "A good day." }),
            answer: answers({ results: { sentiments: { average: { sentiment: "positive" } } } }),
          },
        ],
        returns: { sentiments: { average: { sentiment: "positive" } } },
      },
      {
        does: "logs and tells the status of a failure",
        options: { apiKey: "key", text: "" },
        exchanges: [
          { asks: asks("POST", insights, deepgram, { text: "" }), answer: answers({ err_code: "INVALID" }, 400) },
        ],
        throws: "Request failed with status code 400",
        logs: ["Request failed with status code 400"],
      },
    ],
  },
  {
    name: "@directus-labs/ai-web-scraper-operation",
    id: "directus-labs-ai-web-scraper",
    unscoped: "{}",
    runs: [
      {
        does: "has a page read",
        options: {
          apiKey: "key",
          url: "https://example.com/",
          formats: ["markdown"],
          country: "DE",
          actions: [{ type: "wait", options: '{"milliseconds":5}' }],
          extract: [{ property: "title", type: "string", required: true }],
        },
        exchanges: [
          {
            asks: asks("POST", "https://api.firecrawl.dev/v1/scrape", bearer, {
              url: "https://example.com/",
              formats: ["markdown", "extract"],
              location: { country: "DE" },
              actions: [{ type: "wait", milliseconds: 5 }],
              extract: { schema: { type: "object", properties: { title: { type: "string" } }, required: ["title"] } },
            }),
            answer: answers({ data: { markdown: "# Hello", extract: { title: "Hello" } } }),
          },
        ],
        returns: { markdown: "# Hello", extract: { title: "Hello" } },
      },
      {
        does: "tells all that the service says of a failure",
        options: { apiKey: "key", url: "https://example.com/" },
        exchanges: [
          {
            asks: asks("POST", "https://api.firecrawl.dev/v1/scrape", bearer, { url: "https://example.com/" }),
            answer: answers({ error: "Payment required" }, 402),
          },
        ],
        throws: loggedFailure(402, { error: "Payment required" }),
      },
    ],
  },
  {
    name: "@directus-labs/github-operation",
    id: "directus-labs-github-operation",
    unscoped: '"undefined" is not valid JSON',
    runs: [
      {
        does: "dispatches an event; its answer has no content",
        options: { ...dispatch, clientPayload: { id: 7 } },
        exchanges: [
          {
            asks: asks("POST", dispatches, gitHub, { event_type: "publish", client_payload: { id: 7 } }),
            answer: answers("", 204),
          },
        ],
        returns: { status: 204 },
      },
      {
        does: "logs and tells what the service says of a failure",
        options: dispatch,
        exchanges: [
          {
            asks: asks("POST", dispatches, gitHub, { event_type: "publish" }),
            answer: answers({ message: "Not Found" }, 404),
          },
        ],
        throws: '{"message":"Not Found"}',
        logs: ['{"message":"Not Found"}'],
      },
      {
        does: "tells what is missing, by an error of Directus that is in its bundle",
        options: { ...dispatch, owner: "" },
        exchanges: [],
        throws: expect.stringContaining("Missing required field: owner"),
      },
    ],
  },
  {
    name: "@directus-labs/hubspot-operation",
    id: "hubspot-operation",
    unscoped: "Error setting up the request: {}",
    runs: [
      {
        does: "creates a record",
        options: {
          apiKey: "key",
          endpoint: "contacts",
          action: "create",
          c_properties: { email: "ann@example.com" },
          c_associations: [],
        },
        exchanges: [
          {
            asks: asks("POST", "https://api.hubapi.com/crm/v3/objects/contacts", bearer, {
              associations: [],
              properties: { email: "ann@example.com" },
            }),
            answer: answers({ id: "1" }, 201),
          },
        ],
        returns: { id: "1" },
      },
      {
        does: "lists records",
        options: { apiKey: "key", endpoint: "deals", action: "list", limit: 2, l_fields: ["amount", "stage"] },
        exchanges: [
          {
            asks: asks("GET", "https://api.hubapi.com/crm/v3/objects/deals?limit=2&properties=amount,stage", bearer),
            answer: answers({ results: [] }),
          },
        ],
        returns: { results: [] },
      },
      {
        does: "deletes a record; the answer has no content",
        options: { apiKey: "key", endpoint: "deals", action: "delete", id: 7 },
        exchanges: [
          {
            asks: asks("DELETE", "https://api.hubapi.com/crm/v3/objects/deals/7", bearer, {}),
            answer: answers("", 204),
          },
        ],
        returns: "",
      },
      {
        does: "logs and tells what the service says of a failure",
        options: { apiKey: "key", endpoint: "contacts", action: "create", c_properties: {}, c_associations: [] },
        exchanges: [
          {
            asks: asks("POST", "https://api.hubapi.com/crm/v3/objects/contacts", bearer, expect.anything()),
            answer: answers({ status: "error", message: "Property values were not valid" }, 400),
          },
        ],
        throws: "HubSpot API Error: Property values were not valid",
        logs: ['HubSpot API Error: {"status":"error","message":"Property values were not valid"}'],
      },
    ],
  },
  {
    name: "@directus-labs/resend-operation",
    id: "resend-operation",
    unscoped: 'Error setting up the request: No permission to access "request"',
    runs: [
      {
        does: "sends a mail",
        options: {
          apiKey: "key",
          endpoint: "emails",
          action: "send",
          from: "a@example.com",
          to: ["b@example.com"],
          subject: "Hello",
          text: "Hello.",
        },
        exchanges: [
          {
            asks: asks("POST", "https://api.resend.com/emails", bearer, {
              from: "a@example.com",
              to: ["b@example.com"],
              subject: "Hello",
              text: "Hello.",
            }),
            answer: answers({ id: "m-1" }),
          },
        ],
        returns: { id: "m-1" },
      },
      {
        does: "changes when a mail is sent",
        options: { apiKey: "key", endpoint: "emails", action: "update", emailId: "m-1", scheduledAt: "2026-12-01" },
        exchanges: [
          {
            asks: asks("PATCH", "https://api.resend.com/emails/m-1", bearer, { scheduled_at: "2026-12-01" }),
            answer: answers({ id: "m-1" }),
          },
        ],
        returns: { id: "m-1" },
      },
      {
        does: "reads a mail",
        options: { apiKey: "key", endpoint: "emails", action: "retrieve", emailId: "m-1" },
        exchanges: [
          { asks: asks("GET", "https://api.resend.com/emails/m-1", bearer), answer: answers({ last_event: "sent" }) },
        ],
        returns: { last_event: "sent" },
      },
      {
        // It reads `error.response.data`, which has been text in every version of Directus that told it at all.
        does: "fails where the service fails, as in Directus without telling why",
        options: { apiKey: "key", endpoint: "emails", action: "retrieve", emailId: "none" },
        exchanges: [
          {
            asks: asks("GET", "https://api.resend.com/emails/none", bearer),
            answer: answers({ statusCode: 404, message: "Email not found" }, 404),
          },
        ],
        throws: "Cannot read properties of undefined (reading 'message')",
        logs: ["Resend API Error: undefined"],
      },
    ],
  },
  {
    name: "@directus-labs/rss-to-json-operation",
    id: "directus-labs-rss-to-json",
    runs: [
      {
        does: "reads a feed, by a request that names no options",
        options: { url: "https://news.example.com/feed.xml" },
        exchanges: [{ asks: asks("GET", "https://news.example.com/feed.xml"), answer: answers(feed) }],
        returns: {
          "?xml": { _version: "1.0" },
          rss: { channel: { title: "News", item: { link: "https://a.io/1" } }, _version: "2.0" },
        },
      },
      {
        does: "tells the status of a failure",
        options: { url: "https://news.example.com/feed.xml" },
        exchanges: [
          {
            asks: asks("GET", "https://news.example.com/feed.xml"),
            answer: answers({ error: "gone" }, 410),
          },
        ],
        throws: "Request failed with status code 410",
      },
    ],
  },
];
