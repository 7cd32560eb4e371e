// Ask a model from a page of another origin: fetch.html?url=http://localhost:5000
const url = new URLSearchParams(location.search).get("url") ?? "http://localhost:5000";
const output = document.querySelector("output");

try {
  const answer = await fetch(`${url}/v1/models/default:predict`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ instances: [[0.05], { bmi: -0.02 }] }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  const { predictions } = await answer.json();
  output.value = `${predictions.join(" and ")} made by ${answer.headers.get("LR-Model-Version")}`;
} catch (error) {
  output.value = `failed: ${error.message}`;
}
