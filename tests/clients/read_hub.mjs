// Read a Hub with @huggingface/hub, and print what it says as JSON.
import { listModels, modelInfo } from "@huggingface/hub";

const hubUrl = process.env.HF_ENDPOINT;
const models = [];
for await (const model of listModels({ hubUrl, additionalFields: ["tags", "author"] })) models.push(model);
const tagged = [];
for await (const model of listModels({ hubUrl, search: { tags: ["mlx"] }, sort: "downloads" })) tagged.push(model.name);
const info = await modelInfo({ hubUrl, name: models[0].name, additionalFields: ["sha", "cardData"] });
process.stdout.write(JSON.stringify({ models: models.map((m) => [m.name, m.downloads, m.likes]), tagged, info }));
