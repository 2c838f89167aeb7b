/*! careers-qa widget, Apache-2.0. One file: a script tag's bubble, or <careers-qa> anywhere in a page. */
(() => {
  "use strict";
  if (!("customElements" in window)) return;
  const TAG = "careers-qa";
  const script = document.currentScript; // null where this file is imported as a module
  const home = script && script.src ? new URL(".", script.src).href : "";

  const TEXTS = {
    en: {
      title: "Ask our guides", open: "Open the assistant", close: "Close", clear: "New conversation",
      conversation: "Conversation", label: "Your question", placeholder: "Ask about a career …", send: "Ask",
      starters: "Questions to start with", you: "You asked:", working: "Looking in the guides …", cancel: "Cancel",
      cancelled: "Cancelled.", retry: "Try again", none: "The guides don’t cover this question.",
      nearest: "The nearest sections are:", also: "See also", passage: "Passage", tab: "(opens in a new tab)",
      found: "Answer, sources: {n}.", down: "The assistant can’t answer just now. Please try again in a moment.",
      limit: "That were many questions. Please try again in {n} seconds.",
      refused: "This question can’t be taken.", blocked: "The assistant isn’t available on this site.",
    },
    es: {
      title: "Pregunte a nuestras guías", open: "Abrir el asistente", close: "Cerrar", clear: "Nueva conversación",
      conversation: "Conversación", label: "Su pregunta", placeholder: "Pregunte por una profesión …",
      send: "Preguntar", starters: "Preguntas para empezar", you: "Usted preguntó:",
      working: "Buscando en las guías …", cancel: "Cancelar", cancelled: "Cancelado.", retry: "Intentar de nuevo",
      none: "Las guías no responden a esta pregunta.", nearest: "Las secciones más cercanas son:",
      also: "Véase también", passage: "Pasaje", tab: "(se abre en otra pestaña)", found: "Respuesta, fuentes: {n}.",
      down: "El asistente no puede responder ahora. Inténtelo de nuevo en un momento.",
      limit: "Han sido muchas preguntas. Inténtelo de nuevo dentro de {n} segundos.",
      refused: "No se puede atender esta pregunta.", blocked: "El asistente no está disponible en este sitio.",
    },
    fr: {
      title: "Interrogez nos guides", open: "Ouvrir l’assistant", close: "Fermer", clear: "Nouvelle conversation",
      conversation: "Conversation", label: "Votre question", placeholder: "Une question sur un métier …",
      send: "Demander", starters: "Questions pour commencer", you: "Vous avez demandé :",
      working: "Recherche dans les guides …", cancel: "Annuler", cancelled: "Annulé.", retry: "Réessayer",
      none: "Les guides ne répondent pas à cette question.", nearest: "Les sections les plus proches :",
      also: "Voir aussi", passage: "Passage", tab: "(nouvel onglet)", found: "Réponse, sources : {n}.",
      down: "L’assistant ne peut pas répondre pour le moment. Réessayez dans un instant.",
      limit: "Cela fait beaucoup de questions. Réessayez dans {n} secondes.",
      refused: "Cette question ne peut pas être traitée.", blocked: "L’assistant n’est pas disponible sur ce site.",
    },
    de: {
      title: "Fragen Sie unsere Ratgeber", open: "Assistent öffnen", close: "Schließen", clear: "Neues Gespräch",
      conversation: "Gespräch", label: "Ihre Frage", placeholder: "Frage zu einem Beruf …", send: "Fragen",
      starters: "Fragen zum Anfangen", you: "Ihre Frage:", working: "Suche in den Ratgebern …", cancel: "Abbrechen",
      cancelled: "Abgebrochen.", retry: "Noch einmal", none: "Die Ratgeber beantworten diese Frage nicht.",
      nearest: "Am nächsten kommen:", also: "Siehe auch", passage: "Textstelle", tab: "(in neuem Tab)",
      found: "Antwort, Quellen: {n}.",
      down: "Der Assistent kann gerade nicht antworten. Bitte versuchen Sie es gleich noch einmal.",
      limit: "Das waren viele Fragen. Bitte versuchen Sie es in {n} Sekunden noch einmal.",
      refused: "Diese Frage kann nicht angenommen werden.",
      blocked: "Der Assistent ist auf dieser Website nicht verfügbar.",
    },
  };

  const CSS = `
:host { display: block; min-height: 24rem; }
:host([data-layout="bubble"]) { all: initial !important; color-scheme: inherit !important; }
:host([hidden]) { display: none !important; }
.root { all: initial; color-scheme: inherit; display: block; height: 100%; min-height: inherit;
  --on: var(--careers-qa-on-accent, light-dark(#fff, #0d1b33));
  --accent: var(--careers-qa-accent, light-dark(#1a4fa3, #9cc1ff));
  --ground: var(--careers-qa-surface, light-dark(#fff, #161b23)); --ink: var(--careers-qa-text, light-dark(#1c2430, #e8ecf2));
  --soft: var(--careers-qa-muted, light-dark(#4c5868, #aab5c4)); --line: var(--careers-qa-border, light-dark(#858f9e, #667284));
  --tint: var(--careers-qa-tint, light-dark(#f1f4f8, #212936)); --link: var(--careers-qa-link, light-dark(#1a4fa3, #9cc1ff));
  --round: var(--careers-qa-radius, 14px);
  font: 16px/1.5 var(--careers-qa-font, system-ui, sans-serif); color: var(--ink); }
.root[data-theme="light"] { color-scheme: light; } .root[data-theme="dark"] { color-scheme: dark; }
.root[data-theme="auto"] { color-scheme: light dark; }
* { box-sizing: border-box; } [hidden] { display: none !important; }
p, ul, h2, blockquote { margin: 0; padding: 0; } ul { list-style: none; }
button, textarea { font: inherit; color: inherit; margin: 0; } button { cursor: pointer; }
a { color: var(--link); } a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.bubble { position: fixed; z-index: 2147483646; bottom: var(--careers-qa-offset-y, 1.25rem);
  inset-inline-end: var(--careers-qa-offset-x, 1.25rem); width: 3.5rem; height: 3.5rem; padding: 0; display: grid;
  place-items: center; border: 2px solid var(--on); border-radius: 50%; background: var(--accent); color: var(--on);
  box-shadow: 0 3px 14px rgb(0 0 0 / .35); }
.start .bubble, .start .panel { inset-inline: var(--careers-qa-offset-x, 1.25rem) auto; }
svg { width: 1.6rem; height: 1.6rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.panel { display: flex; flex-direction: column; height: 100%; min-height: inherit; background: var(--ground); color: var(--ink);
  border: 1px solid var(--line); border-radius: var(--round); overflow: hidden; }
.float .panel { position: fixed; z-index: 2147483647; min-height: 0; bottom: var(--careers-qa-offset-y, 1.25rem);
  inset-inline-end: var(--careers-qa-offset-x, 1.25rem); width: min(var(--careers-qa-width, 25rem), calc(100vw - 2.5rem));
  height: min(var(--careers-qa-height, 38rem), calc(100dvh - 2.5rem)); box-shadow: 0 8px 40px rgb(0 0 0 / .35); }
.wide .panel { width: min(var(--careers-qa-width, 60rem), calc(100vw - 2.5rem));
  height: min(var(--careers-qa-height, 48rem), calc(100dvh - 2.5rem)); }
.head { display: flex; align-items: center; gap: .25rem; padding: .5rem; padding-inline-start: 1rem; background: var(--accent); color: var(--on); }
.head h2 { flex: 1; font-size: 1.05rem; line-height: 1.3; font-weight: 600; overflow-wrap: anywhere; }
.tool { width: 2.5rem; height: 2.5rem; padding: 0; display: grid; place-items: center; border: 0; border-radius: 8px; background: none; }
.tool:hover { background: rgb(128 128 128 / .35); } .head :focus-visible { outline-color: currentColor; outline-offset: -3px; }
.head svg { width: 1.25rem; height: 1.25rem; }
.log { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 1rem; overflow-wrap: anywhere; }
.log:focus-visible { outline-offset: -3px; }
.log > * + * { margin-top: 1rem; } .again { margin-top: .5rem; padding: .45rem .8rem; border: 1px solid var(--line);
  border-radius: 10px; background: none; } .again:hover { background: var(--tint); }
.starters .again { display: block; width: 100%; text-align: start; }
.soft { color: var(--soft); font-size: .9rem; }
.q { width: fit-content; max-width: 88%; margin-inline-start: auto; padding: .5rem .8rem; border-radius: 12px; background: var(--tint); }
.a { margin-top: .75rem; } .a > * + * { margin-top: .75rem; }
.cite { padding-inline-start: .8rem; border-inline-start: 3px solid var(--accent); }
blockquote { white-space: pre-line; } .cite a { font-size: .9rem; display: inline-block; padding: .15rem 0; }
details { font-size: .9rem; } summary { cursor: pointer; color: var(--soft); padding: .15rem 0; width: fit-content; }
details p { white-space: pre-line; color: var(--soft); } mark { background: light-dark(#ffe58f, #6b5200); color: light-dark(#1c2430, #fff8e0); }
.list li { padding: .2rem 0; } .wait { display: flex; align-items: center; gap: .75rem; } .wait .again { margin: 0; }
form { display: flex; align-items: flex-end; gap: .5rem; padding: .75rem; border-top: 1px solid var(--line); }
textarea { flex: 1; min-width: 0; height: 2.75rem; max-height: 8rem; field-sizing: content; resize: none; padding: .55rem .75rem;
  border: 1px solid var(--line); border-radius: 10px; background: var(--ground); }
textarea::placeholder { color: var(--soft); opacity: 1; }
.send { height: 2.75rem; padding: 0 1rem; border: 0; border-radius: 10px; background: var(--accent); color: var(--on); font-weight: 600; }
.send[aria-disabled="true"] { opacity: .6; cursor: default; }
iframe { flex: 1; width: 100%; min-height: 0; border: 0; background: var(--ground); } .notice { padding: 1rem; }
@media (max-width: 480px), (max-height: 420px) {
  .float .panel { inset: var(--top, 0px) 0 auto 0; width: 100%; height: var(--height, 100dvh); border: 0; border-radius: 0; } }
@media (prefers-reduced-motion: no-preference) { .float .panel { animation: rise .16s ease-out; }
  @keyframes rise { from { opacity: 0; transform: translateY(.75rem); } } }
@media print { .float { display: none; } }
@media (forced-colors: active) { .bubble, .send, .head { border: 1px solid; } }`;

  const ICONS = {
    talk: "M21 12a8 8 0 0 1-8 8H4l2-3.5A8 8 0 1 1 21 12zM9 10h7M9 14h4",
    close: "M6 6l12 12M18 6L6 18",
    clear: "M4 12a8 8 0 1 0 2.5-5.8M4 4v4h4",
  };
  const SLOW = 300, LONGEST_WAIT = 30000, LONGEST = 1000, HISTORY = 4; // ms, ms, characters, questions

  let sheet; // one for all widgets of the page; a constructed one needs no leave of the page's policy
  const style = () => sheet || (sheet = new CSSStyleSheet(), sheet.replaceSync(CSS), sheet);

  /** An element with attributes, listeners (on...) and children. Text only ever comes in as text. */
  function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(name.slice(2), value);
      else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child != null && child !== false));
    return node;
  }

  const button = (kind, onclick, content, more) =>
    el("button", { type: "button", class: kind, onclick, ...more }, content);

  function icon(name) {
    const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  /** A text directive that shows a quote on a page; long ones by first and last words. */
  function fragment(quote) {
    const words = String(quote || "").trim().split("\n")[0].split(/\s+/).filter(Boolean);
    const parts = words.length > 8 ? [words.slice(0, 4), words.slice(-4)] : [words];
    const written = parts.map((part) => encodeURIComponent(part.join(" ")).replace(/-/g, "%2D")).join(",");
    return written && ":~:text=" + written;
  }

  /** Black or white, whichever reads better on a colour written as #rgb or #rrggbb. */
  function readable(colour) {
    let hex = colour.slice(1);
    if (hex.length === 3) hex = hex.replace(/./g, "$&$&");
    const [r, g, b] = [0, 2, 4].map((at) => {
      const part = parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff"; // relative luminance, WCAG 2
  }

  const place = (entry) => [entry.document_title, ...(entry.headings || [])].filter(Boolean).join(" › ");

  class CareersQA extends HTMLElement {
    static observedAttributes = ["title", "greeting", "placeholder", "starters", "document", "lang", "texts", "theme",
      "accent", "corner", "layout", "mode", "server", "links", "target"].map((name) => "data-" + name);

    #shadow = this.attachShadow({ mode: "open" });
    #turns = []; // what was asked and answered: {question, answer}
    #own = {}; // texts given as a property
    #pending = null;
    #opened = false;
    #back = null; // where the focus returns to
    #frame = null;
    #waiting = ""; // a question for the frame until it is ready
    #parts = {};
    #drawn = false;
    #queued = false;
    #listeners = null;

    connectedCallback() {
      if (this.dataset.accent) this.#paint();
      this.#listeners = new AbortController();
      const signal = this.#listeners.signal;
      addEventListener("message", (event) => this.#heard(event), { signal });
      if (window.visualViewport) {
        for (const name of ["resize", "scroll"]) visualViewport.addEventListener(name, () => this.#fit(), { signal });
      }
      this.#restore();
      this.#draw();
      this.#emit("ready");
    }

    disconnectedCallback() {
      this.#listeners.abort();
      this.cancel();
      this.#opened = this.#drawn = false;
    }

    attributeChangedCallback(name) {
      if (name === "data-accent") this.#paint();
      if (!this.#drawn || this.#queued) return;
      this.#queued = true;
      queueMicrotask(() => {
        this.#queued = false;
        if (this.isConnected) this.#draw();
      });
    }

    // ---- what the portal may use

    get opened() { return this.#opened; }
    get conversation() { return structuredClone(this.#turns); }
    get texts() { return this.#texts(); }
    set texts(own) { this.#own = own || {}; if (this.#drawn) this.#draw(); }

    open() {
      if (!this.#drawn) return;
      const floats = this.#floats;
      if (floats && !this.#opened) {
        this.#back = document.activeElement;
        this.#opened = true;
        this.#parts.panel.hidden = false;
        this.#parts.bubble.hidden = true;
        this.#fit();
        this.#emit("open");
      }
      if (this.#framed) this.#loadFrame();
      if (!floats) return;
      // On a phone the keyboard stays down until the visitor wants it.
      const first = matchMedia("(pointer: coarse)").matches ? this.#parts.panel : this.#parts.box || this.#parts.close;
      first.focus({ preventScroll: true });
    }

    close() {
      if (!this.#floats || !this.#opened) return;
      this.#opened = false;
      this.#parts.panel.hidden = true;
      this.#parts.bubble.hidden = false;
      const back = this.#back;
      if (back && back !== document.body && back !== this && back.isConnected) back.focus({ preventScroll: true });
      else this.#parts.bubble.focus({ preventScroll: true });
      this.#emit("close");
    }

    toggle() { this.#opened ? this.close() : this.open(); }

    /** Asks, and gives the answer; null where there is none, such as when it was cancelled. */
    async ask(question) {
      question = String(question ?? "").trim();
      if (!question || !this.#drawn || this.#pending) return null;
      this.open();
      if (this.#framed) return this.#askFrame(question);
      const turn = this.#addTurn(question);
      this.#emit("ask", { question });
      const answer = await this.#fetch(question, turn);
      if (answer) {
        this.#turns.push({ question, answer });
        this.#save();
        this.#replace(turn, this.#answer(answer), this.#parts.box);
        this.#announce(answer);
        this.#show(turn.node);
        this.#emit("answer", { question, answer });
      }
      return answer;
    }

    cancel() { if (this.#pending) this.#pending.abort("cancel"); }

    clear() {
      this.cancel();
      this.#turns = [];
      this.#save();
      if (this.#drawn && !this.#framed) this.#draw();
    }

    // ---- settings

    get #server() {
      try { return new URL(this.dataset.server ? this.dataset.server.replace(/\/?$/, "/") : home).href; } catch { return ""; }
    }
    get #floats() { return this.dataset.layout === "bubble"; }
    get #framed() { return this.dataset.mode === "frame"; }

    get #language() {
      const near = this.closest("[lang]");
      return this.dataset.lang || (near && near.lang) || "en";
    }

    #texts() {
      let given = {};
      try { given = JSON.parse(this.dataset.texts || "{}"); } catch { console.warn(TAG + ": data-texts isn't JSON, so it isn't used."); }
      const known = TEXTS[this.#language.toLowerCase().split("-")[0]];
      const attributes = {};
      for (const name of ["title", "placeholder"]) if (this.dataset[name]) attributes[name] = this.dataset[name];
      return { ...TEXTS.en, ...known, ...given, ...attributes, ...this.#own };
    }

    #paint() {
      const accent = this.dataset.accent || "";
      if (!/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(accent)) return;
      this.style.setProperty("--careers-qa-accent", accent);
      this.style.setProperty("--careers-qa-on-accent", readable(accent));
    }

    // ---- drawing

    #draw() {
      const texts = this.#texts(), framed = this.#framed, floats = this.#floats;
      if (!this.#server) { console.error(TAG + ": give the assistant's address in data-server."); return; }
      this.#shadow.adoptedStyleSheets = [style()];
      const typed = this.#parts.box ? this.#parts.box.value : "";
      const parts = (this.#parts = {});
      this.#frame = null;
      parts.status = el("p", { class: "vh", role: "status" });
      parts.log = framed ? el("div", { class: "notice", hidden: true })
        : el("div", { class: "log", tabindex: "0", role: "group", "aria-label": texts.conversation });
      const tool = (name, shown, onclick) =>
        button("tool", onclick, icon(name), { "aria-label": texts[name], title: texts[name], hidden: !shown });
      parts.clear = tool("clear", !framed && this.#turns.length, () => { this.clear(); this.#parts.box.focus(); });
      parts.close = tool("close", floats, () => this.close());
      parts.panel = el("section",
        { class: "panel", role: floats ? "dialog" : "region", "aria-modal": floats ? "true" : undefined, "aria-labelledby": "title", tabindex: "-1", hidden: floats && !this.#opened },
        el("div", { class: "head" }, el("h2", { id: "title" }, texts.title), parts.clear, parts.close),
        parts.log, !framed && this.#form(texts, typed), parts.status);
      parts.bubble = button("bubble", () => this.open(), icon("talk"),
        { "aria-label": `${texts.open}: ${texts.title}`, "aria-haspopup": "dialog", hidden: !floats || this.#opened });
      const guard = (to) => el("span", { tabindex: "0", class: "vh", onfocus: () => this.#wrap(to) });
      if (floats) { parts.panel.prepend(guard("last")); parts.panel.append(guard("first")); }
      parts.root = el("div", {
        class: ["root", floats && "float", floats && framed && "wide", this.dataset.corner === "start" && "start"].filter(Boolean).join(" "),
        dir: getComputedStyle(this).direction, lang: this.#language, "data-theme": this.dataset.theme,
      }, parts.bubble, parts.panel);
      parts.root.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && this.#opened) { event.stopPropagation(); this.close(); }
      });
      if (!framed) this.#fill(texts);
      for (const old of this.#shadow.querySelectorAll(".root")) old.remove();
      this.#shadow.append(parts.root);
      this.#drawn = true;
      if (framed && (!floats || this.#opened)) this.#loadFrame();
    }

    #form(texts, typed) {
      const parts = this.#parts;
      parts.box = el("textarea", { id: "box", rows: "1", maxlength: String(LONGEST), placeholder: texts.placeholder, enterkeyhint: "send", autocomplete: "off" });
      parts.box.value = typed;
      const send = () => {
        const question = parts.box.value.trim();
        if (!question || this.#pending) return;
        parts.box.value = "";
        this.ask(question);
      };
      parts.box.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
      });
      parts.send = el("button", { type: "submit", class: "send" }, texts.send);
      return el("form", { onsubmit: (event) => { event.preventDefault(); send(); } },
        el("label", { class: "vh", for: "box" }, texts.label), parts.box, parts.send);
    }

    #fill(texts) {
      const log = this.#parts.log;
      if (this.dataset.greeting) log.append(el("p", {}, this.dataset.greeting));
      const starters = (this.dataset.starters || "").split("|").map((text) => text.trim()).filter(Boolean);
      if (starters.length) {
        log.append(el("div", { class: "starters" }, el("p", { class: "soft" }, texts.starters),
          starters.map((text) => button("again", () => this.ask(text), text))));
      }
      for (const { question, answer } of this.#turns) this.#addTurn(question).body.append(...this.#answer(answer));
    }

    #addTurn(question) {
      const body = el("div", { class: "a" });
      const node = el("div", {}, el("p", { class: "q", dir: "auto" }, el("span", { class: "vh" }, this.#texts().you + " "), question), body);
      this.#parts.log.append(node);
      this.#parts.clear.hidden = false;
      this.#show(node);
      return { node, body };
    }

    /** Puts nodes in place of what a turn shows; a focus that goes with that goes on to next. */
    #replace(turn, nodes, next) {
      const focused = turn.body.contains(this.#shadow.activeElement);
      turn.body.replaceChildren(...nodes);
      if (focused) next.focus();
    }

    #show(node) { this.#parts.log.scrollTop = node.offsetTop - this.#parts.log.offsetTop - 12; }

    // ---- answers: each part gives nodes, or none for what an answer doesn't have

    #answer(answer) { return [this.#quotes(answer), this.#related(answer)].flat().filter(Boolean); }

    #quotes(answer) {
      const texts = this.#texts(), cited = Array.isArray(answer.citations) ? answer.citations : [];
      if (cited.length) return cited.map((citation) => this.#citation(citation, texts));
      // Short replies without a citation are the assistant's own, such as to a greeting.
      return [el("p", { dir: "auto" }, answer.answer || texts.none)];
    }

    #citation(citation, texts) {
      const [before, ...after] = String(citation.passage || "").split(citation.quote);
      const inside = citation.quote && after.length > 0;
      const more = inside && (before.trim() || after.join("").trim());
      return el("div", { class: "cite" },
        el("blockquote", { dir: "auto", lang: this.dataset.guideLang }, citation.quote),
        this.#link(citation, `[${citation.number}] ${place(citation)}`),
        more && el("details", {}, el("summary", {}, texts.passage),
          el("p", { dir: "auto", lang: this.dataset.guideLang }, before, el("mark", {}, citation.quote), after.join(citation.quote))));
    }

    #related(answer) {
      const texts = this.#texts(), near = Array.isArray(answer.related) ? answer.related : [];
      if (!near.length) return [];
      const list = el("ul", { class: "list" }, near.map((entry) => el("li", {}, this.#link(entry, place(entry)))));
      if (!answer.answered) return [el("div", {}, el("p", { class: "soft" }, texts.nearest), list)];
      return [el("details", {}, el("summary", {}, texts.also), list)];
    }

    #href(entry) {
      if (/^https?:\/\//i.test(entry.url || "") && this.dataset.links !== "source") {
        return entry.url + (entry.quote ? (entry.url.includes("#") ? "" : "#") + fragment(entry.quote) : "");
      }
      const path = String(entry.document_id).split("/").map(encodeURIComponent).join("/");
      const mark = entry.quote ? `?mark=${Number(entry.start)}-${Number(entry.end)}` : "";
      return `${this.#server}source/${path}${mark}#${encodeURIComponent(entry.anchor)}${entry.quote ? fragment(entry.quote) : ""}`;
    }

    #link(entry, text) {
      const href = this.#href(entry);
      const here = href.split("#")[0] === location.href.split("#")[0];
      const target = here ? undefined : this.dataset.target || "_blank";
      return el("a", {
        href, target, rel: "noopener",
        onclick: (event) => {
          if (!this.#emit("citation", { citation: entry, href }, true)) event.preventDefault();
          else if (here) this.close();
        },
      }, text, target === "_blank" && el("span", { class: "vh" }, " " + this.#texts().tab));
    }

    #announce(answer) {
      const cited = answer.citations || [];
      const quotes = cited.map((citation) => citation.quote).join(" ");
      const texts = this.#texts();
      this.#parts.status.textContent = cited.length ? `${texts.found.replace("{n}", cited.length)} ${quotes}` : answer.answer || texts.none;
    }

    // ---- the server

    async #fetch(question, turn) {
      const texts = this.#texts();
      const pending = (this.#pending = new AbortController());
      const busy = (is) => this.#parts.send.setAttribute("aria-disabled", String(is));
      busy(true);
      this.#parts.status.textContent = "";
      const slow = setTimeout(() => {
        turn.body.replaceChildren(el("p", { class: "wait soft" }, texts.working,
          button("again", () => this.cancel(), texts.cancel)));
        this.#show(turn.node);
      }, SLOW);
      const late = setTimeout(() => pending.abort("late"), LONGEST_WAIT);
      const request = { question, history: this.#turns.slice(-HISTORY).map((earlier) => earlier.question) };
      if (this.dataset.document) request.document = this.dataset.document;
      try {
        const response = await fetch(this.#server + "api/v1/ask", {
          method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request),
          credentials: "omit", referrerPolicy: "no-referrer", signal: pending.signal,
        });
        let body = {}; // what a proxy in between says isn't JSON
        try { body = await response.json(); } catch (error) { if (pending.signal.aborted) throw error; }
        if (response.ok && body.question) return body;
        const wait = response.headers.get("Retry-After") || "60";
        if (response.status === 429) this.#fail(turn, question, "limit", texts.limit.replace("{n}", wait), 429);
        else if (response.status === 422) this.#fail(turn, question, "refused", `${texts.refused} ${body.detail || ""}`, 422);
        else this.#fail(turn, question, "busy", texts.down, response.status);
      } catch {
        if (!this.isConnected) return null;
        if (pending.signal.reason === "cancel") this.#fail(turn, question, "cancelled", texts.cancelled);
        else if (pending.signal.aborted || !(await this.#reachable())) this.#fail(turn, question, "down", texts.down);
        else this.#block(turn.body, question);
      } finally {
        clearTimeout(slow);
        clearTimeout(late);
        if (this.#pending === pending) this.#pending = null;
        if (this.#parts.send) busy(false);
      }
      return null;
    }

    /** Whether the server is there at all: an origin that isn't allowed can't tell otherwise. */
    async #reachable() {
      try {
        await fetch(this.#server + "healthz", { mode: "no-cors", credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(5000) });
        return true;
      } catch { return false; }
    }

    #fail(turn, question, kind, text, status = 0) {
      const again = button("again", () => {
        turn.node.remove();
        this.ask(question);
        this.#parts.box.focus();
      }, this.#texts().retry);
      this.#replace(turn, [el("p", {}, text), again], again);
      this.#parts.status.textContent = text;
      this.#show(turn.node);
      this.#emit("error", { kind, status, question });
    }

    #block(body, question) {
      const text = this.#texts().blocked;
      console.warn(`${TAG}: the assistant doesn't allow pages of ${location.origin}: its operator adds them with careers-qa serve --allow-origin ${location.origin}`);
      body.replaceChildren(el("p", {}, text));
      this.#parts.status.textContent = text;
      this.#emit("error", { kind: "blocked", status: 0, question });
    }

    // ---- the whole chat in a frame

    async #loadFrame() {
      if (this.#frame) return;
      const parts = this.#parts, texts = this.#texts();
      const frame = (this.#frame = el("iframe", {
        title: texts.title, referrerpolicy: "no-referrer", hidden: true,
        sandbox: "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox",
      }));
      parts.log.hidden = false;
      parts.log.replaceChildren(el("p", { class: "soft", role: "status" }, texts.working));
      const gone = (kind) => {
        if (this.#frame !== frame) return;
        parts.log.replaceChildren(el("p", { role: "alert" }, texts[kind]), button("again", () => {
          frame.remove();
          this.#frame = null;
          this.#loadFrame();
        }, texts.retry));
        this.#emit("error", { kind, status: 0, question: "" });
      };
      if (!(await this.#reachable())) { gone("down"); return; }
      if (this.#frame !== frame) return;
      frame.src = this.#server;
      parts.log.after(frame);
      frame.gone = setTimeout(() => gone("blocked"), LONGEST_WAIT / 2);
      frame.hidden = false;
    }

    #heard(event) {
      const frame = this.#frame;
      if (!frame || event.source !== frame.contentWindow || event.origin !== new URL(this.#server).origin) return;
      const message = event.data && event.data[TAG];
      if (message === "close") this.close();
      if (message === "ready") {
        clearTimeout(frame.gone);
        this.#parts.log.hidden = true;
        frame.ready = true;
        if (this.#waiting) this.#askFrame(this.#waiting);
      }
    }

    /** The frame shows the answer itself, so none is given back. */
    #askFrame(question) {
      this.#waiting = "";
      if (!this.#frame || !this.#frame.ready) this.#waiting = question;
      else {
        this.#frame.contentWindow.postMessage({ [TAG + "-ask"]: question }, new URL(this.#server).origin);
        this.#emit("ask", { question });
      }
      return null;
    }

    // ---- small things

    #wrap(to) {
      const all = [...this.#parts.panel.querySelectorAll("a[href], button, textarea, summary, iframe, [tabindex='0']:not(.vh)")]
        .filter((node) => node.getClientRects().length);
      const next = to === "first" ? all[0] : all[all.length - 1];
      if (next) next.focus();
    }

    /** Where a keyboard covers the page, the panel keeps to what is seen. */
    #fit() {
      const seen = window.visualViewport;
      if (!seen || !this.#opened || seen.scale > 1.01) return;
      this.#parts.root.style.setProperty("--height", `${seen.height}px`);
      this.#parts.root.style.setProperty("--top", `${seen.offsetTop}px`);
    }

    #emit(name, detail = {}, cancelable = false) {
      return this.dispatchEvent(new CustomEvent(`${TAG}:${name}`, { detail, cancelable, bubbles: true, composed: true }));
    }

    get #key() { return `${TAG}:${this.#server}${this.dataset.document || ""}`; }

    #save() {
      if (!("keep" in this.dataset)) return;
      try { sessionStorage.setItem(this.#key, JSON.stringify(this.#turns.slice(-20))); } catch { /* not kept, then */ }
    }

    #restore() {
      if (!("keep" in this.dataset) || this.#turns.length) return;
      try {
        const kept = JSON.parse(sessionStorage.getItem(this.#key) || "[]");
        this.#turns = kept.filter((turn) => typeof turn.question === "string" && typeof turn.answer === "object" && turn.answer);
      } catch { /* none was kept */ }
    }
  }

  if (!customElements.get(TAG)) customElements.define(TAG, CareersQA);

  // The tag's own bubble, with the tag's attributes; the same tag twice gives one.
  if (!script || !script.src || script.dataset.auto === "off") return;
  const attach = () => {
    const corner = script.dataset.corner || "end";
    for (const other of document.querySelectorAll(TAG)) {
      if (other.dataset.tag === home && (other.dataset.corner || "end") === corner) return;
    }
    const bubble = document.createElement(TAG);
    Object.assign(bubble.dataset, { layout: "bubble", server: home }, script.dataset, { tag: home });
    document.body.append(bubble);
  };
  if (document.body) attach();
  else addEventListener("DOMContentLoaded", attach, { once: true });
})();
