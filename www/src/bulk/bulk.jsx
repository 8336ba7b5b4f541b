// Bulk: a file of refunds, looked through, tried dry, then sent; and gone on with after whatever happens to the page.

import { useEffect, useRef, useState } from "preact/hooks";
import { hostConfig } from "../config.js";
import { settingsFor } from "../refund/attempt.js";
import { SANDBOX_TIMEOUT_MS } from "../refund/exchange.js";
import { WhoAsks } from "../refund/target.jsx";
import { theSandbox } from "../sandbox.js";
import { rememberRun, token } from "../session.js";
import { Card } from "../ui/card.jsx";
import { SelectField } from "../ui/field.jsx";
import { Notice } from "../ui/notice.jsx";
import { BusyElsewhere, createController } from "./controller.js";
import { CsvError } from "./csv.js";
import { direct, edgeSigner } from "./destination.js";
import { Drop } from "./drop.jsx";
import { Earlier } from "./earlier.jsx";
import { importFile, openRun } from "./import.js";
import { RunView } from "./run.jsx";
import { tallies } from "./state.jsx";
import { openStore } from "./store.js";
import "./bulk.css";

/** @typedef {import("./store.js").BulkStore} BulkStore */
/** @typedef {import("./store.js").Run} Run */
/** @typedef {import("./controller.js").Controller} Controller */
/** @typedef {"sandbox" | "signer"} Via */

/** @param {string} via */
function destinationOf(via) {
  if (via === "signer") return edgeSigner({ fetch: (...args) => fetch(...args), token: () => token.get() });
  const sandbox = theSandbox();
  return direct({
    load: sandbox.load,
    fetch: sandbox.fetch,
    settings: (provider) => settingsFor(sandbox, provider),
    timeoutMs: SANDBOX_TIMEOUT_MS,
  });
}

export function Bulk() {
  const [store, setStore] = useState(/** @type {BulkStore | undefined} */ (undefined));
  const [runs, setRuns] = useState(/** @type {readonly Run[]} */ ([]));
  const [via, setVia] = useState(/** @type {Via} */ ("sandbox"));
  const [controller, setController] = useState(/** @type {Controller | undefined} */ (undefined));
  const [said, setSaid] = useState(
    /** @type {{ tone: "bad" | "info" | "wait", text: string } | undefined} */ (undefined),
  );
  const [, redraw] = useState({});
  const concurrency = useRef(4);

  const list = async (/** @type {BulkStore} */ opened) => setRuns(await opened.runs());
  useEffect(() => {
    openStore().then(
      async (opened) => {
        setStore(opened);
        await list(opened);
        const last = (await opened.runs()).find((run) => run.open);
        if (last) show(opened, await openRun(opened, last));
      },
      () =>
        setSaid({
          tone: "bad",
          text: "This browser stores nothing here (a private window?), so no run could be gone on with. Use another window.",
        }),
    );
  }, []);

  /** @param {BulkStore} opened @param {Awaited<ReturnType<typeof importFile>>} imported */
  const show = (opened, { run, rows }) => {
    setVia(run.destination === "signer" ? "signer" : "sandbox");
    setController(
      createController({
        run,
        rows,
        store: opened,
        destination: destinationOf(run.destination),
        concurrency: () => concurrency.current,
        redraw: () => redraw({}),
        held: (count) =>
          setSaid({
            tone: "wait",
            text: `${count === 1 ? "1 row asks" : `${count} rows ask`} for what another file has sent or is going to send. Nothing of that is sent again until you tick it below.`,
          }),
        stopped: (counts) => rememberRun(run, tallies(counts).join(", ")),
      }),
    );
  };
  const take = async (/** @type {File} */ file) => {
    if (!store) return;
    setSaid(undefined);
    try {
      const imported = await importFile(
        store,
        { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) },
        via,
      );
      show(store, imported);
      await list(store);
      if (imported.isKnown)
        setSaid({
          tone: "info",
          text: "This file was dropped before. It goes on where it stopped, with the same plans: nothing of it is refunded twice.",
        });
    } catch (error) {
      const text =
        error instanceof CsvError
          ? error.message
          : `The file could not be stored, so nothing of it was taken: ${error}`;
      setSaid({ tone: "bad", text });
    }
  };
  const tell = (/** @type {unknown} */ error) => {
    const isBusy = error instanceof BusyElsewhere;
    setSaid({
      tone: isBusy ? "wait" : "bad",
      text: isBusy
        ? "Another tab is sending. Only one of them does at a time."
        : `It was paused, since nothing can be stored: ${String(error)}`,
    });
  };
  /** @param {boolean} isForgotten */
  const close = async (isForgotten) => {
    if (!store || !controller) return;
    await (isForgotten ? controller.forget() : store.changeRun(controller.run, { open: false }));
    controller.destination.close?.();
    setController(undefined);
    setSaid(undefined);
    await list(store);
  };

  return (
    <>
      <div class="screen-head">
        <div>
          <h1>Bulk refunds</h1>
          <p>
            Many refunds from one file. Reload or close the page whenever you like: nothing is lost, and nothing
            refunded twice.
          </p>
        </div>
      </div>
      <div class="stack">
        {said && (
          <div role="status">
            <Notice tone={said.tone} title={said.text} />
          </div>
        )}
        {controller ? (
          <RunView
            controller={controller}
            concurrency={concurrency}
            who={controller.run.destination === "signer" ? <WhoAsks /> : undefined}
            onError={tell}
            onSaid={() => setSaid(undefined)}
            onClose={() => close(false)}
            onForget={() => close(true).catch(tell)}
          />
        ) : (
          <>
            <Card title="A file">
              <div class="stack">
                {hostConfig().signer && (
                  <SelectField
                    label="Send to"
                    value={via}
                    options={[
                      { value: "sandbox", text: "The sandbox" },
                      { value: "signer", text: "A provider, through the edge signer" },
                    ]}
                    onChange={(value) => setVia(value === "signer" ? "signer" : "sandbox")}
                  />
                )}
                <Drop onFile={take} isReady={store !== undefined} />
              </div>
            </Card>
            {store && runs.length > 0 && (
              <Earlier runs={runs} onOpen={async (run) => show(store, await openRun(store, run))} />
            )}
          </>
        )}
      </div>
    </>
  );
}
