import { get, post, watch } from "./api.js";
import { showClip } from "./clip.js";
import { drawCurve } from "./curve.js";

const $ = (selector) => document.querySelector(selector);
const [generateForm, trainForm] = [$("#generate"), $("#train")];

// ---- forms ---------------------------------------------------------------------------------------------------------------

// A number, or what was typed in its place, so that the studio can say what is wrong with it; undefined when empty.
const numberOf = (input) =>
  input.validity.badInput ? "not a number" : input.value === "" ? undefined : Number(input.value);

function fill(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements[name];
    if (field && value !== null && value !== undefined) field.value = value;
  }
}

function read(form, texts) {
  const body = {};
  for (const field of form.elements) {
    if (field.name) body[field.name] = texts.includes(field.name) ? field.value : numberOf(field);
  }
  return body;
}

function showProblem(form, problem) {
  const box = form.querySelector(".problem");
  for (const field of form.elements) field.removeAttribute("aria-invalid");
  box.hidden = !problem;
  if (!problem) return;
  const title = document.createElement("strong");
  title.textContent = problem.title ?? problem.message;
  const messages = Object.values(problem.errors ?? {}).flat();
  if (problem.detail) messages.push(problem.detail);
  const list = document.createElement("ul");
  list.append(...messages.map((message) => Object.assign(document.createElement("li"), { textContent: message })));
  box.replaceChildren(title, ...(messages.length ? [list] : []));
  for (const name of Object.keys(problem.errors ?? {})) form.elements[name]?.setAttribute("aria-invalid", "true");
}

// ---- clips ---------------------------------------------------------------------------------------------------------------

let asking = null; // what aborts the request for a clip

const addClip = (clip, isNew) => showClip($("#clips"), $("#clip"), clip, isNew, ({ prompt, adapter, strength, steps, seconds, guidance, seed }) => {
  fill(generateForm, { prompt, adapter: adapter ?? "", strength, steps, seconds, guidance, seed });
  generateForm.elements.prompt.focus();
});

generateForm.onsubmit = async (event) => {
  event.preventDefault();
  if (asking) return;
  showProblem(generateForm, null);
  asking = new AbortController();
  $("#cancel").hidden = false;
  generateForm.querySelector("[type=submit]").disabled = true;
  $("#generate-status").textContent = "";
  try {
    const { against, ...order } = read(generateForm, ["prompt", "adapter", "against"]);
    const clip = await post("/api/clips", order, asking.signal);
    addClip(clip, true);
    if (against !== "-" && against !== order.adapter) addClip(await post("/api/clips", { ...order, adapter: against, seed: clip.seed }, asking.signal), true);
  } catch (error) {
    if (error.name === "AbortError") $("#generate-status").textContent = "cancelled";
    else showProblem(generateForm, error);
  } finally {
    asking = null;
    $("#cancel").hidden = true;
    $("#generate-progress").hidden = true;
    generateForm.querySelector("[type=submit]").disabled = false;
    if ($("#generate-status").textContent !== "cancelled") $("#generate-status").textContent = "";
  }
};

$("#cancel").onclick = () => asking?.abort();

function showGeneration(state) {
  const bar = $("#generate-progress");
  bar.hidden = !asking;
  bar.max = state.totalSteps || 1;
  bar.value = state.step;
  if (!asking) return;
  const others = state.asked > 1 ? `, ${state.asked} clips asked for` : "";
  $("#generate-status").textContent = state.totalSteps ? `step ${state.step} of ${state.totalSteps}${others}` : `waiting${others}`;
}

// ---- adapters ------------------------------------------------------------------------------------------------------------

let listed = ""; // a list that has not changed stays as it is, also under the hand of who is choosing

// Names of folders are anybody's words, in any script: here they cannot turn around what stands beside them.
const isolated = (text) => `\u2068${text}\u2069`;

const epochsOf = (count) => `${count} epoch${count === 1 ? "" : "s"}`;

// What is unusual about how a run ended; nothing when it was stopped by hand, or did all that was asked for.
const endOf = (end) =>
  end?.status === "failed" ? ` (failed after ${epochsOf(end.epochs)})`
  : end?.status === "stopped" && end.reason ? ` (stopped by itself after ${epochsOf(end.epochs)})`
  : "";

async function loadAdapters() {
  const all = await get("/api/adapters");
  if (JSON.stringify(all) === listed) return;
  listed = JSON.stringify(all);
  for (const [select, kept] of [[generateForm.elements.adapter, 1], [generateForm.elements.against, 2]]) {
    const chosen = select.value;
    select.replaceChildren(...[...select.children].slice(0, kept), ...[...Map.groupBy(all, (adapter) => adapter.run)].map(([run, adapters]) => {
      const group = Object.assign(document.createElement("optgroup"), { label: isolated(run) });
      group.append(...adapters.map((adapter) => new Option(`${isolated(adapter.run)}: ${isolated(adapter.name)}${endOf(adapter.ending)}`, adapter.id)));
      return group;
    }));
    select.value = chosen;
    if (select.selectedIndex < 0) select.selectedIndex = 0;
  }

  $("#against").hidden = !all.length;
}

// ---- training ------------------------------------------------------------------------------------------------------------

const stages = { sampling: "making samples", reward: "scoring them", training: "learning from them", validation: "making clips to compare" };
let [training, epochs, shown] = [null, [], null];

function showTraining(state) {
  const ended = training?.isActive && !state.isActive;
  if (state.begun !== training?.begun) epochs = [];
  training = state;
  showRun();
  $("#stop").disabled = state.status !== "running";
  $("#resume").hidden = !state.canResume;
  trainForm.querySelector("[type=submit]").disabled = state.isActive;
  const bar = $("#train-progress");
  bar.hidden = !state.isActive;
  bar.max = state.totalSteps || 1;
  bar.value = state.step;
  $("#run-step").textContent = state.isActive && state.totalSteps ? `${stages[state.stage]}: step ${state.step} of ${state.totalSteps}` : "";
  if (ended || state.run !== shown) refreshFolders();
  shown = state.run;
}

function showRun() {
  $("#run-status").dataset.status = training.status;
  $("#run-status").textContent = statusText(training);
  drawCurve($("#curve"), epochs);
}

function statusText(state) {
  const done = `${epochs.length} of ${epochsOf(state.numEpochs)}`;
  const chosen = state.adapter ? " What it learned can be chosen as an adapter." : "";
  const sentence = (text) => isolated(/[.!?]$/.test(text) ? text : `${text}.`);
  switch (state.status) {
    case "idle": return "No run yet.";
    case "starting": return `${state.run} is starting.`;
    case "running": return state.stage === "validation"
      ? `${state.run}: ${state.epoch ? `after ${epochsOf(state.epoch)} of ${state.numEpochs}` : "before training"}`
      : `${state.run}: epoch ${state.epoch + 1} of ${state.numEpochs}`;
    case "stopping": return `${state.run} is stopping.`;
    case "stopped": return state.reason
      ? `${state.run} stopped by itself after ${done}: ${sentence(state.reason)}${chosen}`
      : `${state.run} was stopped after ${done}.${chosen}`;
    case "finished": return `${state.run} is done: ${done}. It can be chosen as an adapter.`;
    default: return `${state.run} failed by itself after ${done}: ${sentence(state.reason ?? "see the studio's log")}${chosen}`;
  }
}

function addEpoch(epoch) {
  epochs[epoch.index] = epoch;
  showRun();
  refreshFolders(); // there may be a new checkpoint
}

async function command(path, body) {
  showProblem(trainForm, null);
  try {
    await post(path, body);
  } catch (error) {
    showProblem(trainForm, error);
  }
}

trainForm.onsubmit = (event) => {
  event.preventDefault();
  const settings = read(trainForm, ["prompts", "algorithm"]);
  command("/api/training", { ...settings, prompts: settings.prompts.split("\n") });
};

$("#stop").onclick = () => command("/api/training/stop");
$("#resume").onclick = () => command("/api/training/resume");

// ---- the page ------------------------------------------------------------------------------------------------------------

// A run of many short epochs would ask for the list again and again.
let refreshing = 0;
function refreshFolders() {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => Promise.all([loadAdapters(), loadRuns()]).catch(() => {}), 300);
}

// The newest; older ones are in the folder of runs.
async function loadRuns() {
  const runs = (await get("/api/runs")).slice(0, 8);
  const list = $("#runs");
  list.hidden = !runs.length;
  list.replaceChildren(...runs.map(({ run, report, epochs, numEpochs, canResume }) => {
    const item = document.createElement("li");
    item.append(Object.assign(document.createElement("bdi"), { textContent: run }), `: ${numEpochs ? `${epochs} of ${epochsOf(numEpochs)}` : epochsOf(epochs)}`);
    if (report) item.append(" · ", Object.assign(document.createElement("a"), { textContent: "report", href: report, target: "_blank", rel: "noopener" }));
    if (canResume && run !== training?.run) {
      item.append(Object.assign(document.createElement("button"), { type: "button", textContent: "Go on", title: "From its newest checkpoint", onclick: () => command("/api/training/resume", { run }) }));
    }
    return item;
  }));
}

function showModel(model) {
  const pill = $("#model");
  pill.dataset.status = model.status;
  pill.textContent = `${model.name} on ${model.device}${model.status === "ready" ? "" : model.status === "failed" ? " could not be loaded" : `, ${model.progress ?? "loading"}`}`;
  pill.title = model.error ?? "";
}

function showConnection(isConnected) {
  if (isConnected) return;
  $("#model").dataset.status = "disconnected";
  $("#model").textContent = "connection lost, trying again";
}

async function start() {
  drawCurve($("#curve"), []);
  const [studio, clips] = await Promise.all([get("/api/studio"), get("/api/clips"), loadAdapters(), loadRuns()]);
  const { prompt, numInferenceSteps: steps, seconds, guidanceScale: guidance } = studio.generation;
  fill(generateForm, { prompt, steps, seconds, guidance });
  fill(trainForm, { ...studio.training, prompts: studio.training.prompts.join("\n") });
  trainForm.elements.algorithm.onchange = ({ target }) => fill(trainForm, { learningRate: studio.learningRates[target.value] });
  clips.forEach((clip) => addClip(clip, false));
  watch("/api/events", { model: showModel, generation: showGeneration, training: showTraining, epoch: addEpoch }, showConnection);
}

start().catch((error) => showProblem(generateForm, error));
