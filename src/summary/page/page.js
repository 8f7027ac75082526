(function () {
  "use strict";
  var SIZE = 50;
  function by(id) { return document.getElementById(id); }
  var rows = Array.prototype.slice.call(by("rows").rows), texts = null, found = rows, page = 0, shown = [];
  var controls = by("controls"), turn = document.querySelector(".turn"), out = by("found");

  function show() {
    shown.forEach(function (row) { row.classList.remove("on"); });
    shown = found.slice(page * SIZE, page * SIZE + SIZE);
    shown.forEach(function (row) { row.classList.add("on"); });
    var pages = Math.max(1, Math.ceil(found.length / SIZE));
    by("at").textContent = (page + 1) + " / " + pages;
    by("before").disabled = page === 0;
    by("after").disabled = page + 1 >= pages;
    turn.hidden = pages < 2;
    out.textContent = out.getAttribute("data-text").replace("{count}", found.length).replace("{all}", rows.length);
  }

  function filter() {
    var words = by("text").value.toLowerCase().split(/\s+/).filter(Boolean);
    var outcome = by("outcome").value, kind = by("kind").value, rule = by("rule").value;
    if (words.length && !texts) { texts = rows.map(function (row) { return row.textContent.toLowerCase(); }); }
    found = rows.filter(function (row, index) {
      var is = row.dataset;
      return (!outcome || is.o === outcome) && (!kind || is.k === kind) &&
        (!rule || (" " + (is.r || "") + " ").indexOf(" " + rule + " ") >= 0) &&
        words.every(function (word) { return texts[index].indexOf(word) >= 0; });
    });
    page = 0;
    show();
  }

  controls.hidden = false;
  controls.addEventListener("input", filter);
  controls.addEventListener("submit", function (event) { event.preventDefault(); });
  controls.addEventListener("reset", function () { setTimeout(filter); });
  by("before").addEventListener("click", function () { page -= 1; show(); });
  by("after").addEventListener("click", function () { page += 1; show(); });
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("[data-filter]");
    if (!link) { return; }
    var at = link.getAttribute("data-filter").indexOf("="), wanted = link.getAttribute("data-filter");
    controls.reset();
    by(wanted.slice(0, at)).value = wanted.slice(at + 1);
    setTimeout(filter);
  });
  show();
})();
