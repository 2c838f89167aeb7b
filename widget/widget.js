// The widget: a script tag's bubble, or <careers-qa> anywhere in a page. make widget makes what is served of it.
(() => {
  "use strict";
  const TAG = "careers-qa";
  const script = document.currentScript; // null where this file is imported as a module
  const home = script?.src ? new URL(".", script.src).href : "";

  // build.py puts both in: texts.json and widget.css.
  const [NAMES, TEXTS] = $TEXTS, CSS = $CSS;

  const ICONS = {
    talk: "M21 12a8 8 0 0 1-8 8H4l2-3.5A8 8 0 1 1 21 12zM9 10h7M9 14h4",
    close: "M6 6l12 12M18 6L6 18",
    clear: "M4 12a8 8 0 1 0 2.5-5.8M4 4v4h4",
    up: "M7 11v9H4v-9h3l4-8a2 2 0 0 1 2 2v4h6l-1.5 11H7",
  };
  const SLOW = 300, LONGEST_WAIT = 30000, LONGEST = 1000, HISTORY = 4; // ms, ms, characters of a reason, questions
  const WEB = /^https?:\/\//i;
  const CLEAR = 0.9, LIKELY = 0.7; // bounds of the confidence in words, as in the chat

  let sheet; // one for all widgets of the page; a constructed one needs no leave of the page's policy
  const style = () => sheet || (sheet = new CSSStyleSheet(), sheet.replaceSync(CSS), sheet);

  /** An element, as of "p.soft", with properties and children. Text only ever comes in as text. */
  function el(kind, properties, ...children) {
    const [tag, ...classes] = kind.split(".");
    const node = document.createElement(tag);
    node.classList.add(...classes);
    for (const name in properties) if (properties[name] != null) node[name] = properties[name];
    node.append(...children.flat(3).filter((child) => child != null && child !== false));
    return node;
  }

  const named = (text) => ({ ariaLabel: text, title: text });

  const button = (kind, onclick, content, more) => el("button." + kind, { type: "button", onclick, ...more }, content);

  function icon(name) {
    const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.ariaHidden = "true";
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

  /** A paragraph, softer than the rest unless another kind is told. */
  const para = (content, kind = "p.soft") => el(kind, { dir: "auto" }, content);

  const folded = (title, content) => el("details", {}, el("summary", {}, title), content);

  const focus = (node) => node.focus({ preventScroll: true });

  const place = (entry) => [entry.document_title, ...(entry.headings || [])].filter(Boolean).join(" › ");

  class CareersQA extends HTMLElement {
    static observedAttributes = ["title", "greeting", "placeholder", "starters", "document", "lang", "texts",
      "accent", "layout", "mode", "server", "links", "target"].map((name) => "data-" + name);

    #shadow = this.attachShadow({ mode: "open" });
    #turns = []; // what was asked and answered: {question, answer, request, votes, vote, receipt}
    #since = 0; // the turn from which on earlier questions count
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
      const { signal } = (this.#listeners = new AbortController());
      addEventListener("message", (event) => this.#heard(event), { signal });
      for (const name of ["resize", "scroll"]) visualViewport.addEventListener(name, () => this.#fit(), { signal });
      this.#restore();
      this.#draw();
      this.#emit("ready");
    }

    disconnectedCallback() {
      this.#listeners.abort();
      this.cancel();
      this.#opened = this.#drawn = false;
    }

    attributeChangedCallback(name, before, value) {
      if (name === "data-accent" && /^#([0-9a-f]{3}){1,2}$/i.test(value)) this.style.setProperty("--careers-qa-accent", value);
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
    get texts() {
      let given = {};
      try { given = JSON.parse(this.dataset.texts || "{}"); } catch { console.warn(TAG + ": data-texts isn't JSON, so it isn't used."); }
      const whole = (texts) => Object.fromEntries(texts.map((text, at) => [NAMES[at], text]));
      const known = TEXTS[this.#language.toLowerCase().split("-")[0]] || [];
      const attributes = {};
      for (const name of ["title", "placeholder"]) if (this.dataset[name]) attributes[name] = this.dataset[name];
      return { ...whole(TEXTS.en), ...whole(known), ...given, ...attributes, ...this.#own };
    }

    set texts(own) { this.#own = own || {}; if (this.#drawn) this.#draw(); }

    open() {
      if (!this.#drawn) return;
      const floats = this.#floats, { panel, box, close } = this.#parts;
      if (floats && !this.#opened) {
        this.#back = document.activeElement;
        this.#reveal(true);
        this.#fit();
        this.#emit("open");
      }
      if (this.#framed) this.#loadFrame();
      // On a phone the keyboard stays down until the visitor wants it.
      if (floats) focus(matchMedia("(pointer: coarse)").matches ? panel : box || close);
    }

    close() {
      if (!this.#floats || !this.#opened) return;
      this.#reveal(false);
      const back = this.#back;
      focus(back?.isConnected && back !== document.body && back !== this ? back : this.#parts.bubble);
      this.#emit("close");
    }

    toggle() { this.#opened ? this.close() : this.open(); }

    /** Asks, and gives the answer; null where there is none, such as when it was cancelled. */
    async ask(question, document = this.dataset.document) {
      question = String(question ?? "").trim();
      if (!question || !this.#drawn || this.#pending) return null;
      this.open();
      if (this.#framed) return this.#askFrame(question);
      const turn = this.#addTurn(question);
      this.#emit("ask", { question });
      const request = turn.request = { question, history: this.#turns.slice(this.#since).map((earlier) => earlier.question).filter((earlier) => earlier !== question).slice(-HISTORY) };
      if (document) request.document = document;
      const answer = await this.#fetch(request, turn);
      if (answer) {
        const answered = { question, answer, request, votes: turn.votes };
        this.#turns.push(answered);
        this.#save();
        this.#replace(turn, this.#answer(answered), this.#parts.box);
        this.#announce(answer, request);
        this.#show(turn.node);
        this.#emit("answer", { question, answer });
      }
      return answer;
    }

    cancel() { this.#pending?.abort("cancel"); }

    clear() {
      this.cancel();
      this.#pending = null;
      this.#turns = [];
      this.#since = 0;
      this.#save();
      if (this.#drawn && !this.#framed) this.#draw();
    }

    #reveal(open) {
      this.#opened = this.#parts.bubble.hidden = open;
      this.#parts.panel.hidden = !open;
    }

    // ---- settings

    get #server() {
      try { return new URL(this.dataset.server ? this.dataset.server.replace(/\/?$/, "/") : home).href; } catch { return ""; }
    }
    get #floats() { return this.dataset.layout === "bubble"; }
    get #framed() { return this.dataset.mode === "frame"; }

    get #language() {
      return this.dataset.lang || this.closest("[lang]")?.lang || "en";
    }

    // ---- drawing

    #draw() {
      const texts = this.texts, framed = this.#framed, floats = this.#floats;
      if (!this.#server) { console.error(TAG + ": give the assistant's address in data-server."); return; }
      this.#shadow.adoptedStyleSheets = [style()];
      const typed = this.#parts.box?.value || "";
      const parts = (this.#parts = {});
      this.#frame = null;
      parts.status = el("p.vh", { role: "status" });
      parts.log = framed ? el("div.notice", { hidden: true })
        : el("div.log", { tabIndex: 0, role: "group", ariaLabel: texts.conversation });
      const tool = (name, shown, onclick) => button("tool", onclick, icon(name), { ...named(texts[name]), hidden: !shown });
      parts.clear = tool("clear", !framed && (this.#pending || this.#turns.length), () => { this.clear(); this.#parts.box.focus(); });
      parts.close = tool("close", floats, () => this.close());
      const guard = (to) => floats && el("span.vh", { tabIndex: 0, onfocus: () => this.#wrap(to) });
      parts.panel = el("section.panel",
        { role: floats ? "dialog" : "region", ariaModal: floats || null, ariaLabel: texts.title, tabIndex: -1, hidden: floats && !this.#opened },
        guard(-1), el("div.head", {}, el("h2", {}, texts.title), parts.clear, parts.close),
        parts.log, !framed && this.#form(texts, typed), parts.status, guard(0));
      parts.bubble = button("bubble", () => this.open(), icon("talk"),
        { ariaLabel: `${texts.open}: ${texts.title}`, ariaHasPopup: "dialog", hidden: !floats || this.#opened });
      parts.root = el(floats ? "div.root.float" : "div.root", {
        dir: getComputedStyle(this).direction, lang: this.#language,
        onkeydown: (event) => {
          if (event.key === "Escape" && this.#opened) { event.stopPropagation(); this.close(); }
        },
      }, parts.bubble, parts.panel);
      if (!framed) this.#fill(texts);
      this.#shadow.replaceChildren(parts.root);
      this.#drawn = true;
      if (framed && (!floats || this.#opened)) this.#loadFrame();
    }

    #form(texts, typed) {
      const parts = this.#parts;
      const send = (event) => {
        event.preventDefault();
        const question = parts.box.value.trim();
        if (!question || this.#pending) return;
        parts.box.value = "";
        this.ask(question);
      };
      parts.box = el("textarea", {
        id: "box", rows: 1, placeholder: texts.placeholder, enterKeyHint: "send", autocomplete: "off", value: typed,
        onkeydown: (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event); },
      });
      parts.send = el("button.send", { ariaDisabled: !!this.#pending }, texts.send);
      return el("form", { onsubmit: send }, el("label.vh", { htmlFor: "box" }, texts.label), parts.box, parts.send);
    }

    #fill(texts) {
      const log = this.#parts.log;
      if (this.dataset.greeting) log.append(el("p", {}, this.dataset.greeting));
      const starters = (this.dataset.starters || "").split("|").map((text) => text.trim()).filter(Boolean);
      if (starters[0]) {
        log.append(el("div.starters", {}, para(texts.starters), starters.map((text) => button("again", () => this.ask(text), text))));
      }
      for (const turn of this.#turns) this.#addTurn(turn.question).body.append(...this.#answer(turn));
      if (this.#pending) log.append(this.#pending.turn.node);
    }

    #addTurn(question) {
      const body = el("div.a");
      const node = el("div", {}, para([el("span.vh", {}, this.texts.you + " "), question], "p.q"), body);
      for (const old of this.#parts.log.querySelectorAll(".next")) old.remove();
      this.#parts.log.append(node);
      this.#parts.clear.hidden = false;
      this.#show(node);
      return { node, body, question };
    }

    /** Puts nodes in place of what a turn shows; a focus that goes with that goes on to next. */
    #replace(turn, nodes, next) {
      const focused = turn.body.contains(this.#shadow.activeElement);
      turn.body.replaceChildren(...nodes);
      if (focused) next.focus();
    }

    #show(node) { this.#parts.log.scrollTop = node.offsetTop - this.#parts.log.offsetTop - 12; }

    // ---- answers: each part gives nodes, or none for what an answer doesn't have

    #answer(turn) {
      const { answer, request } = turn, about = answer.understood?.about;
      return [about && this.#chip(about, turn), this.#quotes(answer, request), this.#related(answer),
        !answer.answered && request.document && el("div.next", {}, this.#asking("again", request.question, this.texts.everywhere, null, "")),
        turn.votes && answer.kind !== "greeting" && this.#thumbs(turn), this.#next(answer)].flat().filter(Boolean);
    }

    /** One guide's lack isn't that of all; what was related is of that guide. */
    #none(answer, { document }) {
      const { none, lacks } = this.texts;
      return document ? lacks.replace("{guide}", () => answer.related?.[0]?.document_title || document) : none;
    }

    #quotes(answer, request) {
      const texts = this.texts, cited = answer.citations || [];
      if (answer.comparison) return this.#table(answer.comparison, cited, texts);
      // Short replies without a citation are the assistant's own, such as to a greeting.
      if (!cited[0]) return para(answer.answer || this.#none(answer, request), "p");
      const sure = answer.confidence;
      return [...cited.map((citation) => this.#citation(citation, texts)),
        para(sure < LIKELY ? texts.loose : sure < CLEAR ? texts.likely : texts.certain)];
    }

    /** What the question was taken to be about; a click asks it again without the earlier ones. */
    #chip(about, { request }) {
      return this.#asking("chip", request.question, [this.texts.about, " ", about, icon("close")], () => { this.#since = this.#turns.length; },
        request.document || "");
    }

    /** The same matter from each guide, side by side. */
    #table({ careers, rows }, cited, texts) {
      const cell = ({ citation, text }) => {
        const found = cited.find((one) => one.number === citation);
        return el("td", {}, found ? this.#citation(found, texts) : para(text));
      };
      return el("div.across", {}, el("table", {},
        el("tr", {}, careers.map((career) => el("th", { scope: "col" }, career.title))),
        rows.map((row) => [el("tr", {}, el("th.soft", { colSpan: careers.length }, row.matter)), el("tr", {}, row.cells.map(cell))])));
    }

    #next({ suggestions }) {
      return suggestions?.[0] && el("div.next.starters", {}, para(this.texts.next),
        suggestions.map((text) => this.#asking("again", text, text)));
    }

    /** A button that asks; where it goes with that, the conversation has the focus. */
    #asking(kind, question, content, first, document) {
      return button(kind, () => {
        if (this.#pending) return;
        first?.();
        this.ask(question, document);
        if (!this.#shadow.activeElement) this.#parts.log.focus();
      }, content, { dir: "auto" });
    }

    #thumbs(turn) {
      const texts = this.texts, line = el("div.vote");
      const send = async (vote, reason) => {
        try {
          // By its receipt a vote is changed, rather than added to.
          const response = await this.#post("feedback", { ...turn.request, vote, reason, receipt: turn.receipt });
          const { receipt } = await response.json();
          if (response.ok) { Object.assign(turn, { vote, receipt }); this.#save(); }
          return response.ok;
        } catch { return false; }
      };
      const thumb = (vote, name) => button("tool." + vote, async () => {
        if (!(await send(vote, ""))) return this.#say(texts.down);
        for (const one of line.querySelectorAll(".tool")) one.ariaPressed = one.classList.contains(vote);
        const reason = el("input", { ariaLabel: texts.why, placeholder: texts.why, maxLength: LONGEST });
        const why = el("form", {
          onsubmit: async (event) => {
            event.preventDefault();
            if (await send(vote, reason.value)) { why.replaceWith(para(texts.thanks)); this.#say(texts.thanks); this.#parts.box.focus(); }
          },
        }, reason, el("button.again", {}, texts.submit));
        line.querySelector("form, p")?.remove();
        line.append(why);
      }, icon("up"), { ...named(texts[name]), ariaPressed: turn.vote === vote });
      line.append(thumb("up", "good"), thumb("down", "bad"));
      return line;
    }

    #citation(citation, texts) {
      const [before, ...after] = String(citation.passage || "").split(citation.quote);
      const more = citation.quote && after.length > 0 && (before + after.join("")).trim();
      const { lead, note } = citation, figures = Object.values(citation.figures || {}).filter(Boolean);
      const guides = (tag, ...text) => el(tag, { dir: "auto", lang: this.dataset.guideLang }, text);
      return el("div.cite", {},
        lead && para(lead, "p.soft.lead"),
        guides("blockquote", citation.quote),
        this.#link(citation, `[${citation.number}] ${place(citation)}`),
        WEB.test(citation.source_url) && [" ", this.#link(citation, texts.source, citation.source_url)],
        figures[0] && para(`${texts.figures} ${figures.join(", ")}`), note && para(note, "p.soft.note"),
        more && folded(texts.passage, guides("p", before, el("mark", {}, citation.quote), after.join(citation.quote))));
    }

    #related(answer) {
      const texts = this.texts, near = answer.related || [];
      if (!near[0]) return null;
      const list = el("ul.list", {}, near.map((entry) => el("li", {}, this.#link(entry, place(entry)))));
      return answer.answered ? folded(texts.also, list) : el("div", {}, para(texts.nearest), list);
    }

    #href(entry) {
      const { url, quote } = entry, shown = quote ? fragment(quote) : "";
      if (!entry.source_url && WEB.test(url) && this.dataset.links !== "source") {
        return url + (shown && !url.includes("#") ? "#" : "") + shown;
      }
      const path = String(entry.document_id).split("/").map(encodeURIComponent).join("/");
      const mark = quote ? `?mark=${Number(entry.start)}-${Number(entry.end)}` : "";
      return `${this.#server}source/${path}${mark}#${encodeURIComponent(entry.anchor)}${shown}`;
    }

    #link(entry, text, href = this.#href(entry)) {
      const here = href.split("#")[0] === location.href.split("#")[0];
      const target = here ? undefined : this.dataset.target || "_blank";
      return el("a", {
        href, target, rel: "noopener",
        onclick: (event) => {
          if (!this.#emit("citation", { citation: entry, href }, true)) event.preventDefault();
          else if (here) this.close();
        },
      }, text, target === "_blank" && el("span.vh", {}, " " + this.texts.tab));
    }

    #say(text) { this.#parts.status.textContent = text; }

    #announce(answer, request) {
      const cited = answer.citations || [];
      const quotes = cited.map((citation) => citation.quote).join(" ");
      this.#say(cited[0] ? `${this.texts.found.replace("{n}", cited.length)} ${quotes}` : answer.answer || this.#none(answer, request));
    }

    // ---- the server

    #post(path, body, signal) {
      return fetch(this.#server + "api/v1/" + path, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
        credentials: "omit", referrerPolicy: "no-referrer", signal,
      });
    }

    async #fetch(request, turn) {
      const texts = this.texts;
      const pending = (this.#pending = Object.assign(new AbortController(), { turn }));
      const busy = (is) => { this.#parts.send.ariaDisabled = is; };
      busy(true);
      this.#say("");
      const slow = setTimeout(() => {
        turn.body.replaceChildren(el("p.wait.soft", {}, texts.working, button("again", () => this.cancel(), texts.cancel)));
        this.#show(turn.node);
      }, SLOW);
      const late = setTimeout(() => pending.abort("late"), LONGEST_WAIT);
      try {
        const response = await this.#post("ask", request, pending.signal);
        let body = {}; // what a proxy in between says isn't JSON
        try { body = await response.json(); } catch (error) { if (pending.signal.aborted) throw error; }
        turn.votes = response.headers.has("Link");
        if (response.ok && body.question) return body;
        const { status, headers } = response;
        if (status === 429) this.#fail(turn, "limit", status, texts.limit.replace("{n}", headers.get("Retry-After") || "60"));
        else if (status === 422) {
          this.#parts.box.value ||= turn.question; // to be mended
          this.#fail(turn, "refused", status, `${texts.refused} ${body.detail || ""}`);
        }
        else this.#fail(turn, "busy", status, texts.down);
      } catch {
        if (!this.isConnected) return null;
        const { aborted, reason } = pending.signal;
        this.#fail(turn, reason === "cancel" ? "cancelled" : aborted || !(await this.#reachable()) ? "down" : "blocked");
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

    #fail(turn, kind, status = 0, text = this.texts[kind]) {
      const { question, document } = turn.request, blocked = kind === "blocked";
      const again = button("again", () => {
        turn.node.remove();
        this.ask(question, document || "");
        this.#parts.box.focus();
      }, this.texts.retry);
      if (blocked) console.warn(`${TAG}: the assistant doesn't allow pages of this site: its operator adds it with ${TAG} serve --allow-origin ${location.origin}`);
      this.#replace(turn, blocked ? [el("p", {}, text)] : [el("p", {}, text), again], blocked ? this.#parts.box : again);
      this.#say(text);
      this.#show(turn.node);
      this.#emit("error", { kind, status, question });
    }

    // ---- the whole chat in a frame

    async #loadFrame() {
      if (this.#frame) return;
      const parts = this.#parts, texts = this.texts;
      const frame = (this.#frame = el("iframe", {
        title: texts.title, referrerPolicy: "no-referrer", hidden: true,
        sandbox: "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox",
      }));
      parts.log.hidden = false;
      parts.log.replaceChildren(el("p.soft", { role: "status" }, texts.working));
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
      const message = event.data?.[TAG];
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
      if (!this.#frame?.ready) this.#waiting = question;
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
      all.at(to)?.focus();
    }

    /** Where a keyboard covers the page, the panel keeps to what is seen. */
    #fit() {
      if (!this.#opened || visualViewport.scale > 1.01) return;
      const { height, offsetTop } = visualViewport, { style } = this.#parts.root;
      style.setProperty("--height", height + "px");
      style.setProperty("--top", offsetTop + "px");
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
  if (!script?.src || script.dataset.auto === "off") return;
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
