// The suite as a page's script, which sends its result to where the page came from.

const agent = /(Chrome|Firefox)\/[\d.]+/.exec(navigator.userAgent)[0].replace("/", " ");

async function result() {
  try {
    const [{ runSuite }, { api }, material] = await Promise.all([
      import("../conformance/index.js"),
      import("./api.js"),
      fetch("/material").then((response) => response.json()),
    ]);
    return { agent, result: await runSuite({ ...api, ...material }) };
  } catch (error) {
    return { agent, failure: `the suite did not start: ${error?.stack ?? error}` };
  }
}

await fetch("/result", { method: "POST", body: JSON.stringify(await result()) });
