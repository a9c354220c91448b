import { expect } from "vitest";
import { answers, asks, json, loggedFailure, type PublishedExtension } from "./published-extension.ts";

const openAi = (key: string): Readonly<Record<string, string>> => json({ authorization: `Bearer ${key}` });
const deepL = json({ authorization: "DeepL-Auth-Key key" });
const deepgram = json({ authorization: "Token key" });
const picture = "https://pictures.example.com/cat.jpg";
const speech = "https://sounds.example.com/talk.mp3";

/** Extensions that are installed as the registry has them: `devDependencies` of this package. */
export const publishedExtensions: readonly PublishedExtension[] = [
  {
    name: "@directus-labs/ai-focal-point-detection-operation",
    id: "directus-labs-focal-point-detection-operation",
    runs: [
      {
        does: "asks a model where the middle of a picture is",
        options: { apiKey: "key", url: picture },
        exchanges: [
          {
            asks: asks("POST", "https://api.openai.com/v1/chat/completions", openAi("key"), {
              model: "gpt-4o",
              max_tokens: 300,
              messages: [
                {
                  role: "user",
                  content: [
                    { type: "text", text: expect.stringContaining("focal_point_x") },
                    { type: "image_url", image_url: { url: picture } },
                  ],
                },
              ],
            }),
            answer: answers({
              choices: [{ message: { content: '{"focal_point_x":120,"focal_point_y":80,"reason":"its face"}' } }],
            }),
          },
        ],
        returns: { focal_point_x: 120, focal_point_y: 80, reason: "its face" },
      },
      {
        does: "logs all that the service says of a wrong key, and tells the status",
        options: { apiKey: "wrong", url: picture },
        exchanges: [
          {
            asks: asks("POST", "https://api.openai.com/v1/chat/completions", openAi("wrong"), expect.anything()),
            answer: answers({ error: { code: "invalid_api_key" } }, 401),
          },
        ],
        throws: "Request failed with status code 401",
        logs: [loggedFailure(401, { error: { code: "invalid_api_key" } })],
      },
      {
        does: "tells what it cannot parse",
        options: { apiKey: "key", url: picture },
        exchanges: [
          {
            asks: asks("POST", "https://api.openai.com/v1/chat/completions", openAi("key"), expect.anything()),
            answer: answers({ choices: [{ message: { content: "It is a cat." } }] }),
          },
        ],
        throws: expect.stringContaining("is not valid JSON"),
        logs: ["{}"],
      },
    ],
  },
  {
    name: "@directus-labs/ai-image-moderation-operation",
    id: "directus-labs-image-moderation-operation",
    runs: [
      {
        does: "says what is wrong with a picture",
        options: { apiKey: "key", url: picture, threshold: 90 },
        exchanges: [
          {
            asks: asks(
              "POST",
              "https://api.clarifai.com/v2/users/clarifai/apps/main/models/moderation-recognition/outputs",
              json({ authorization: "Key key" }),
              { inputs: [{ data: { image: { url: picture } } }] },
            ),
            answer: answers({
              outputs: [
                {
                  data: {
                    concepts: [
                      { name: "safe", value: 0.02 },
                      { name: "gore", value: 0.974 },
                      { name: "drug", value: 0.004 },
                    ],
                  },
                },
              ],
            }),
          },
        ],
        returns: {
          concepts: [
            { name: "gore", value: "97.40" },
            { name: "drug", value: "0.40" },
          ],
          flags: ["gore"],
        },
      },
      {
        does: "logs all that the service says of a failure, and tells the status",
        options: { apiKey: "key", url: picture },
        exchanges: [
          {
            asks: asks(
              "POST",
              "https://api.clarifai.com/v2/users/clarifai/apps/main/models/moderation-recognition/outputs",
              json({ authorization: "Key key" }),
              expect.anything(),
            ),
            answer: answers({ status: { description: "Failure" } }, 500),
          },
        ],
        throws: "Request failed with status code 500",
        logs: [loggedFailure(500, { status: { description: "Failure" } })],
      },
    ],
  },
  {
    name: "@directus-labs/ai-transcription-operation",
    id: "directus-labs-ai-transcription",
    runs: [
      {
        does: "has speech written down, with options in the URL",
        options: { apiKey: "key", url: speech, diarize: true, keywords: ["Vivarium:2", "two words"] },
        exchanges: [
          {
            asks: asks(
              "POST",
              "https://api.deepgram.com/v1/listen?model=nova-2&smart_format=true&diarize=true&keywords=Vivarium:2&keywords=two%20words",
              deepgram,
              { url: speech },
            ),
            answer: answers({
              results: { channels: [{ alternatives: [{ transcript: "Hello.", confidence: 0.99 }] }] },
            }),
          },
        ],
        returns: { transcript: "Hello.", confidence: 0.99 },
      },
      {
        does: "has the result sent elsewhere",
        options: { apiKey: "key", url: speech, callback: "https://example.com/flows/trigger/1" },
        exchanges: [
          {
            asks: asks(
              "POST",
              "https://api.deepgram.com/v1/listen?model=nova-2&smart_format=true&callback=https://example.com/flows/trigger/1",
              deepgram,
              { url: speech },
            ),
            answer: answers({ request_id: "a-1" }),
          },
        ],
        returns: { request_id: "a-1", message: expect.any(String) },
      },
      {
        does: "logs and tells the status of a failure",
        options: { apiKey: "key", url: speech },
        exchanges: [
          {
            asks: asks("POST", "https://api.deepgram.com/v1/listen?model=nova-2&smart_format=true", deepgram, {
              url: speech,
            }),
            answer: answers({ err_code: "REMOTE_CONTENT_ERROR" }, 400),
          },
        ],
        throws: "Request failed with status code 400",
        logs: ["Request failed with status code 400"],
      },
    ],
  },
  {
    name: "@directus-labs/ai-translator-operation",
    id: "directus-labs-ai-translation",
    runs: [
      {
        does: "translates by the service of who pays",
        options: { api_key: "key", api_plan: "pro", text: "Grüße", target_lang: "EN" },
        exchanges: [
          {
            asks: asks("POST", "https://api.deepl.com/v2/translate", deepL, { text: ["Grüße"], target_lang: "EN" }),
            answer: answers({ translations: [{ detected_source_language: "DE", text: "Greetings – ✓" }] }),
          },
        ],
        returns: "Greetings – ✓",
      },
      {
        does: "translates by the service of who does not",
        options: { api_key: "key", api_plan: "free", text: "Hallo", target_lang: "EN" },
        exchanges: [
          {
            asks: asks("POST", "https://api-free.deepl.com/v2/translate", deepL, {
              text: ["Hallo"],
              target_lang: "EN",
            }),
            answer: answers({ translations: [{ text: "Hello" }] }),
          },
        ],
        returns: "Hello",
      },
      {
        does: "logs and tells the status of a failure",
        options: { api_key: "key", api_plan: "pro", text: "Hallo", target_lang: "EN" },
        exchanges: [
          {
            asks: asks("POST", "https://api.deepl.com/v2/translate", deepL, { text: ["Hallo"], target_lang: "EN" }),
            answer: answers({ message: "Quota Exceeded" }, 456),
          },
        ],
        throws: "Request failed with status code 456",
        logs: ["Request failed with status code 456"],
      },
    ],
  },
  {
    name: "@directus-labs/ai-writer-operation",
    id: "directus-labs-ai-writer-operation",
    runs: [
      {
        does: "has OpenAI write",
        options: {
          aiProvider: "OpenAi",
          apiKeyOpenAi: "key",
          model: "gpt-4o-mini",
          promptKey: "seo",
          system: "Be short.",
          thread: [{ role: "assistant", content: "Yes?" }],
          json_mode: true,
          text: "A vivarium is a place for life.",
          maxToken: 50,
        },
        exchanges: [
          {
            asks: asks("POST", "https://api.openai.com/v1/chat/completions", openAi("key"), {
              model: "gpt-4o-mini",
              messages: [
                { role: "system", content: expect.stringContaining("150 characters") },
                { role: "system", content: "Be short." },
                { role: "assistant", content: "Yes?" },
                { role: "user", content: "A vivarium is a place for life." },
              ],
              max_completion_tokens: 50,
              response_format: { type: "json_object" },
            }),
            answer: answers({ choices: [{ message: { content: '{"text":"Life."}' } }] }),
          },
        ],
        returns: '{"text":"Life."}',
      },
      {
        does: "has Anthropic write",
        options: { aiProvider: "anthropic", apiKeyAnthropic: "key", model: "claude", text: "Hello.", maxToken: 9 },
        exchanges: [
          {
            asks: asks(
              "POST",
              "https://api.anthropic.com/v1/messages",
              json({ "x-api-key": "key", "anthropic-version": "2023-10-01" }),
              { model: "claude", messages: [{ role: "user", content: "Hello." }], max_tokens: 9 },
            ),
            answer: answers({ content: [{ type: "text", text: "Hello, too." }] }),
          },
        ],
        returns: "Hello, too.",
      },
      {
        does: "has Replicate write, and sleeps until it has",
        options: { aiProvider: "replicate", apiKeyReplicate: "key", model: "llama-3-8b-instruct", text: "Hello." },
        exchanges: [
          {
            asks: asks(
              "POST",
              "https://api.replicate.com/v1/models/meta/llama-3-8b-instruct/predictions",
              openAi("key"),
              { input: { system_prompt: "", prompt: "Hello.", max_tokens: 0 } },
            ),
            answer: answers({ urls: { get: "https://api.replicate.com/v1/predictions/1" } }, 201),
          },
          {
            asks: asks("GET", "https://api.replicate.com/v1/predictions/1", openAi("key")),
            answer: answers({ completed_at: "2026-01-01T00:00:00Z", output: ["Hello", ", you."] }),
          },
        ],
        returns: "Hello, you.",
      },
      {
        does: "is sent nowhere by a service: only to where its scope lets it",
        options: { aiProvider: "replicate", apiKeyReplicate: "key", model: "llama-3-8b-instruct", text: "Hello." },
        exchanges: [
          {
            asks: asks(
              "POST",
              "https://api.replicate.com/v1/models/meta/llama-3-8b-instruct/predictions",
              openAi("key"),
              expect.anything(),
            ),
            answer: answers({ urls: { get: "https://api.replicate.com.example.org/v1/predictions/1" } }, 201),
          },
        ],
        throws: 'No permission to request "https://api.replicate.com.example.org/v1/predictions/1"',
        logs: ["AI Writer failed", "{}"],
      },
      {
        does: "logs all that the service says of a failure, and tells the status",
        options: { aiProvider: "openai", apiKeyOpenAi: "key", model: "gpt-4o-mini", text: "Hello." },
        exchanges: [
          {
            asks: asks("POST", "https://api.openai.com/v1/chat/completions", openAi("key"), expect.anything()),
            answer: answers({ error: { type: "rate_limit" } }, 429),
          },
        ],
        throws: "Request failed with status code 429",
        logs: ["AI Writer failed", loggedFailure(429, { error: { type: "rate_limit" } })],
      },
      {
        does: "tells what is missing, by an error of Directus that is in its bundle",
        options: { aiProvider: "openai", model: "gpt-4o-mini", text: "Hello." },
        exchanges: [],
        throws: expect.stringContaining("OpenAI API Key is missing"),
        logs: ["AI Writer failed", expect.stringContaining("INVALID_PAYLOAD")],
      },
    ],
  },
  {
    name: "@directus-labs/liquidjs-operation",
    id: "liquidjs-operation",
    runs: [
      {
        does: "renders a template",
        options: {
          mode: "custom",
          operationMode: "single",
          publicUrl: "https://cms.example.com/",
          template: "{% for name in names %}{# name | upcase | escape #};{% endfor %} {# day | date: '%Y' #}",
          data: { id: 7, names: ["ann", "<bob>"], day: "2026-05-04" },
          dataReturnFields: ["id"],
        },
        exchanges: [],
        returns: { id: 7, template: "ANN;&lt;BOB&gt;; 2026" },
      },
      {
        does: "renders templates that it fetches, for many",
        options: {
          mode: "saved",
          operationMode: "batch",
          publicUrl: "https://cms.example.com/",
          collection: "mails",
          item: { key: "welcome" },
          fields: ["subject", "body"],
          accessToken: "token",
          data: [{ name: "Ann" }, { name: "Bob" }],
        },
        exchanges: [
          {
            asks: asks("GET", "https://cms.example.com/items/mails/welcome", { authorization: "Bearer token" }),
            answer: answers({ data: { subject: "Hello {# name #}", body: "{# name | size #}" } }),
          },
        ],
        returns: [
          { subject: "Hello Ann", body: "3" },
          { subject: "Hello Bob", body: "3" },
        ],
      },
      {
        does: "tells the status of a failure",
        options: {
          mode: "saved",
          operationMode: "single",
          publicUrl: "https://cms.example.com/",
          collection: "mails",
          item: { key: "secret" },
          fields: ["subject"],
          data: {},
        },
        exchanges: [
          {
            asks: asks("GET", "https://cms.example.com/items/mails/secret"),
            answer: answers({ errors: [{ extensions: { code: "FORBIDDEN" } }] }, 403),
          },
        ],
        throws: "Request failed with status code 403",
      },
      {
        does: "tells what is wrong with a template",
        options: {
          mode: "custom",
          operationMode: "single",
          publicUrl: "https://cms.example.com/",
          template: "{% if %}",
          data: {},
        },
        exchanges: [],
        throws: expect.stringContaining("invalid value expression"),
      },
      {
        does: "does not reach the host itself, as which it takes a local URL",
        options: {
          mode: "saved",
          operationMode: "single",
          publicUrl: "http://localhost:8055/",
          collection: "mails",
          item: { key: "welcome" },
          fields: ["subject"],
          data: {},
        },
        exchanges: [],
        throws: 'Requested domain "0.0.0.0" resolves to a denied IP address',
      },
      {
        does: "does not reach the inside of a network by a name",
        options: {
          mode: "saved",
          operationMode: "single",
          publicUrl: "https://inside.example.com/",
          collection: "mails",
          item: { key: "welcome" },
          fields: ["subject"],
          data: {},
        },
        exchanges: [],
        throws: 'Requested domain "inside.example.com" resolves to a denied IP address',
      },
    ],
  },
  {
    name: "@ribertec/directus-extension-phone-parser",
    id: "phone-parser",
    runs: [
      {
        does: "reads a number as people write it",
        options: { phone: "0171 1234567", defaultCountry: "DE" },
        exchanges: [],
        returns: {
          success: true,
          fullNumber: "+491711234567",
          type: "MOBILE",
          country: "DE",
          countryCode: "49",
          rawNumber: "1711234567",
          formattedNumber: "0171 1234567",
          internationalNumber: "+49 171 1234567",
          valid: true,
        },
      },
      {
        does: "logs what is no number",
        options: { phone: "nobody" },
        exchanges: [],
        returns: { success: false, error: "NOT_A_NUMBER" },
        logs: ['phone-parser: failed to parse "nobody" — NOT_A_NUMBER'],
      },
    ],
  },
];
