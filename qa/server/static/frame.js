// What Gradio leaves undone: the box, the conversation's place, and in a portal's frame Escape and its questions.
(() => {
  const allowed = (document.currentScript.dataset.origins || "").split(" ");
  // frame-ancestors lets only allowed portals frame this page, and neither message holds a secret.
  const tell = (message) => window.parent.postMessage({ "careers-qa": message }, "*");

  const framed = window.parent !== window;
  addEventListener("keydown", (event) => {
    if (framed && event.key === "Escape" && !event.defaultPrevented) tell("close");
  });

  const box = () => document.querySelector("#question textarea");
  const put = (text) => {
    box().value = text;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  };
  const ask = (question) => {
    put(question);
    // The component sees the text at its next update, and its button sends it.
    setTimeout(() => document.querySelector("#question .submit-button")?.click(), 50);
  };
  addEventListener("message", (event) => {
    const question = event.data && event.data["careers-qa-ask"];
    if (framed && event.source === window.parent && allowed.includes(event.origin) && typeof question === "string" && box()) {
      ask(question);
    }
  });

  // The box is emptied as a question is sent, not as its answer comes: by then the next one may stand in it.
  let sent = "";
  const pending = () => document.querySelector(".chat [data-testid=status-tracker]:not(.hide) > .progress-text");
  const send = (event) => {
    const enter = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === box();
    if (!enter && !(event.type === "click" && event.target.closest("#question .submit-button"))) return;
    if (!box().value.trim() || pending()) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    sent = box().value;
    say("");
  };
  addEventListener("keydown", send, true);
  addEventListener("click", send, true);

  const note = Object.assign(document.createElement("p"), { className: "notice" });
  note.setAttribute("role", "status");
  const say = (text) => {
    note.textContent = text;
    if (text && !note.isConnected) box().closest("#question").before(note);
  };
  addEventListener("input", ({ target, inputType }) => {
    if (target !== box()) return;
    const cut = inputType === "insertFromPaste" && target.value.length === target.maxLength;
    say(cut ? `Your text was cut: a question has at most ${target.maxLength} characters.` : "");
  });

  // As Gradio sends a question it has read the box; one that is refused comes back, and Gradio says why.
  const { fetch } = window;
  window.fetch = async (address, options) => {
    const question = String(address.url || address).includes("/queue/join") ? sent : "";
    if (!question) return fetch(address, options);
    sent = "";
    if (box().value === question) put("");
    let taken = false;
    try {
      const response = await fetch(address, options);
      taken = response.ok;
      return response;
    } finally {
      if (!taken && !box().value) put(question);
    }
  };

  // The picker's text would else be typed on to.
  for (const kind of ["focusin", "click"]) {
    addEventListener(kind, ({ target }) => target.matches?.(".picker input") && target.select());
  }

  // The chip has one line; what that cuts off is in its title.
  addEventListener("pointerover", ({ target }) => {
    if (target.matches?.(".chip")) target.title = target.textContent.trim();
  });

  // A new answer is read from its question on, which room below lets come to the top.
  const show = (log, asked) => {
    const wrap = log.querySelector(".message-wrap");
    const top = () => asked.getBoundingClientRect().top - log.getBoundingClientRect().top - 8;
    wrap.style.paddingBottom = "";
    const room = log.clientHeight - (log.scrollHeight - log.scrollTop - top());
    if (room > 0) wrap.style.paddingBottom = `calc(${room}px + ${getComputedStyle(wrap).paddingBottom})`;
    log.scrollTop += top();
  };
  let answers = 0, waited = false;
  const tend = () => {
    // Gradio calls the starters a list, of buttons that are no list items.
    document.querySelector(".examples[role=list]")?.removeAttribute("role");
    // ... and labels messages with their escaped source, which nobody should have read to them.
    for (const said of document.querySelectorAll(".chat [role=log] :is([data-testid=bot], [data-testid=user])[aria-label]")) {
      said.removeAttribute("aria-label");
    }
    const log = document.querySelector(".chat [role=log]");
    const rows = log ? log.querySelectorAll(".bot-row").length : 0;
    const asked = log && [...log.querySelectorAll(".user-row")].pop();
    const waits = Boolean(pending());
    if (asked && (rows !== answers || (waited && !waits))) requestAnimationFrame(() => show(log, asked));
    // What was clicked may be gone, and the focus with it.
    if (waited && !waits && document.hasFocus() && document.activeElement === document.body) box().focus({ preventScroll: true });
    [answers, waited] = [rows, waits];
  };

  const watch = new MutationObserver(() => {
    if (!box()) return;
    watch.disconnect();
    new MutationObserver(tend).observe(document.body, { childList: true, subtree: true });
    // A frame never takes the focus from the portal's page by itself.
    if (framed) tell("ready");
    else if (matchMedia("(pointer: fine)").matches) box().focus({ preventScroll: true });
  });
  watch.observe(document.documentElement, { childList: true, subtree: true });
})();
