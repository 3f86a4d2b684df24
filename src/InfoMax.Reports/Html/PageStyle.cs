namespace InfoMax.Reports.Html;

/// <summary>The style sheet of the page, but for the colors of the classes.</summary>
internal static class PageStyle
{
    public const string Rules = """
        :root {
          color-scheme: light dark;
          --ground: #f5f6f8; --card: #fff; --ink: #1b2230; --soft: #5b6577; --rule: #e1e5eb; --track: #e8ecf2;
          --accent: #2d6cdf; --accent-soft: #a9c3f0; --best: #e9f1ff; --same: #128a54; --other: #d3382c;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #11151c; --card: #191f29; --ink: #e7ebf2; --soft: #9ba6b8; --rule: #2b3442; --track: #2a3341;
            --accent: #74a8ff; --accent-soft: #41608f; --best: #1d2c47; --same: #3ecb85; --other: #ff6f61;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background: var(--ground); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
        }
        header, main, footer { max-width: 1160px; margin: 0 auto; padding: 0 20px; }
        header { padding-top: 44px; }
        h1 { margin: 0; font-size: clamp(1.7rem, 4vw, 2.4rem); line-height: 1.15; letter-spacing: -.02em; text-wrap: balance; }
        .subtitle { margin: 10px 0 26px; max-width: 75ch; color: var(--soft); font-size: 1.08rem; }
        h2 { margin: 0 0 4px; font-size: 1.3rem; letter-spacing: -.01em; }
        section { margin: 20px 0; padding: 24px; background: var(--card); border: 1px solid var(--rule); border-radius: 14px; }
        .note { margin: 0 0 18px; max-width: 90ch; color: var(--soft); font-size: .93rem; }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        figure { margin: 0; min-width: 0; }
        svg { display: block; width: 100%; height: auto; overflow: visible; }

        .facts { display: grid; grid-template-columns: repeat(var(--tiles, 4), minmax(0, 1fr)); gap: 12px; margin: 0; }
        .facts div {
          display: flex; flex-direction: column; justify-content: space-between; padding: 14px 16px;
          background: var(--card); border: 1px solid var(--rule); border-radius: 12px;
        }
        .facts dt { color: var(--soft); font-size: .84rem; line-height: 1.3; }
        .facts dd {
          margin: 6px 0 0; font-size: 1.5rem; font-weight: 650; line-height: 1.2; letter-spacing: -.01em;
          font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
        }

        .scroll { overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
        caption { caption-side: bottom; padding-top: 12px; color: var(--soft); font-size: .88rem; text-align: left; }
        details { margin-top: 12px; color: var(--soft); font-size: .88rem; }
        summary { cursor: pointer; }
        th { text-align: left; font-weight: 500; }
        thead th {
          padding: 6px 14px; border-bottom: 2px solid var(--rule); color: var(--soft); font-size: .86rem; font-weight: 600;
          vertical-align: bottom;
        }
        .results tbody { border-bottom: 1px solid var(--rule); }
        .results td, .results tbody th { padding: 8px 14px 9px; vertical-align: top; }
        .results th[scope=rowgroup] { max-width: 190px; font-weight: 650; }
        .results th[scope=row] { color: var(--soft); }
        .results td { min-width: 128px; white-space: nowrap; }
        .results .none { color: var(--soft); }
        .spread { color: var(--soft); font-size: .82rem; }
        .bar { display: block; height: 5px; margin-top: 4px; background: var(--track); border-radius: 3px; }
        .bar span { display: block; height: 100%; background: var(--accent-soft); border-radius: 3px; }
        .best { background: var(--best); border-radius: 8px; }
        .best .number { color: var(--accent); font-weight: 750; }
        .best .bar span { background: var(--accent); }

        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(290px, 100%), 1fr)); gap: 26px 30px; }
        .chart { max-width: 520px; }
        figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 12px; margin-bottom: 8px; font-size: .93rem; }
        figcaption span { color: var(--soft); font-variant-numeric: tabular-nums; }
        .grid, .axis { fill: none; stroke: var(--rule); }
        .axis { stroke: var(--soft); stroke-opacity: .6; }
        .tick { fill: var(--soft); font-size: 10.5px; }
        .line { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .dot { fill: var(--accent); stroke: transparent; stroke-width: 8; }
        .dot.last { stroke: var(--card); stroke-width: 1.5; }
        .dot.low { fill: var(--card); stroke: var(--accent); stroke-width: 1.8; }
        .value { fill: var(--ink); font-size: 12px; font-weight: 650; }
        .value.low { fill: var(--soft); font-size: 11px; font-weight: 500; }

        .maps { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px 24px; }
        .map { max-width: 640px; }
        .map:only-child { grid-column: 1 / -1; width: 100%; }
        .map > svg { background: var(--ground); border: 1px solid var(--rule); border-radius: 10px; }
        .mark { fill: var(--mark); fill-opacity: .85; stroke: none; transition: opacity .12s; }
        .mark.plain { --mark: var(--accent); }
        .legend {
          grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 4px 8px; margin: 0; padding: 0; list-style: none; font-size: .9rem;
        }
        .legend li { display: flex; align-items: center; gap: 6px; padding: 2px 8px; border-radius: 8px; cursor: default; }
        .legend li:hover { background: var(--track); }
        .legend svg { width: 14px; height: 14px; }
        .map .legend { margin-top: 10px; }

        .pictures { display: flex; flex-wrap: wrap; gap: 20px 24px; }
        .picture { flex: 1 1 380px; max-width: 760px; }
        .picture img { display: block; max-width: 100%; height: auto; }
        @media (prefers-color-scheme: dark) { .picture img { filter: invert(.92) hue-rotate(180deg); } }

        .neighbors td, .neighbors .query { padding: 7px 14px 7px 0; border-bottom: 1px solid var(--rule); vertical-align: middle; }
        .neighbors tr:last-child > :is(td, th.query) { border-bottom: 0; }
        .neighbors thead th { padding-left: 0; }
        .share {
          display: inline-block; margin-left: 6px; padding: 1px 9px; background: var(--track); border-radius: 9px; color: var(--ink);
          font-weight: 600;
        }
        .query span { display: block; margin-top: 2px; color: var(--soft); font-size: .76rem; line-height: 1.2; overflow-wrap: anywhere; }
        .query { width: 156px; }
        .thumbs { display: flex; flex-wrap: wrap; gap: 5px; }
        .thumb { width: 66px; }
        .thumb figcaption {
          display: block; margin: 1px 0 0; color: var(--soft); font-size: .7rem; line-height: 1.2;
          text-align: center; overflow-wrap: anywhere;
        }
        .thumb figcaption span { display: block; }
        .neighbors img {
          display: block; width: 66px; height: 66px; padding: 2px; border: 3px solid var(--rule); border-radius: 7px;
          object-fit: contain; image-rendering: pixelated;
        }
        .neighbors .query img { border-color: var(--soft); }
        .neighbors img.same { border-color: var(--same); }
        .neighbors img.other { border-color: var(--other); border-style: dashed; }
        .key { padding: 0 6px; border: 2px solid var(--same); border-radius: 6px; color: var(--ink); white-space: nowrap; }
        .key.other { border: 2px dashed var(--other); }

        footer { padding-top: 4px; padding-bottom: 44px; color: var(--soft); font-size: .88rem; }
        footer p { margin: 0; }
        pre {
          margin: 6px 0 10px; padding: 10px 14px; background: var(--card); border: 1px solid var(--rule); border-radius: 10px;
          color: var(--ink); white-space: pre-wrap; overflow-wrap: anywhere;
        }
        code { font: .92em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
        @media (max-width: 1060px) {
          .facts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
          .thumb { width: 56px; }
          .thumbs { display: grid; grid-template-columns: repeat(3, max-content); }
          .neighbors img { width: 56px; height: 56px; }
          .query { width: 92px; }
        }
        @media (max-width: 560px) {
          header, main, footer { padding-left: 12px; padding-right: 12px; }
          section { padding: 16px 14px; }
          .maps { grid-template-columns: minmax(0, 1fr); }
          .thumb { width: 44px; }
          .share { display: block; width: fit-content; margin: 3px 0 0; }
          .neighbors img { width: 38px; height: 38px; padding: 1px; border-width: 2px; }
          .neighbors td, .neighbors .query { padding-right: 8px; }
        }
        @media print { section, .facts div { break-inside: avoid; } body { background: #fff; } }

        """;
}
