(function () {
  function show() {
    var note = /^#(n\d+)$/.exec(location.hash);
    document.querySelectorAll(".lit").forEach(function (e) { e.classList.remove("lit"); });
    if (!note) return;
    ["#source", "#result"].forEach(function (pane) {
      var found = document.querySelectorAll(pane + " ." + note[1]);
      found.forEach(function (e) { (e.closest("td,th,p") || e).classList.add("lit"); });
      if (found.length && matchMedia("(min-width:70rem)").matches) found[0].scrollIntoView({ block: "center" });
    });
  }
  addEventListener("hashchange", show);
  show();
})();
