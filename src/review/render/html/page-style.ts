/**
 * The look of the page: light and dark, as the reader's system says, and plain on paper.
 *
 * No meaning is told by colour alone, and every pair of text and ground has a contrast of 4.5 to 1 at least; a test looks.
 */
export const pageStyle = `
:root{color-scheme:light dark;--ground:#fff;--panel:#f5f7fa;--text:#1a2230;--quiet:#505c6e;--line:#d3dae4;--accent:#1d5bb8;
--deny:#b3201c;--deny-ground:#fdecea;--warn:#855300;--warn-ground:#fff4dd;--note:#1d5bb8;--note-ground:#e8f0fc;--good:#1b6b3a;--good-ground:#e5f5ea;
--new:#2e6fd0;--active:#2f8a56;--retiring:#c07a12;--pending:#7c8798;--overlap:#b3201c}
@media (prefers-color-scheme:dark){:root{--ground:#11161f;--panel:#1a212d;--text:#e6ebf2;--quiet:#a4b0c2;--line:#374254;--accent:#8ab8ff;
--deny:#ff9a92;--deny-ground:#3d1a1a;--warn:#f2c265;--warn-ground:#36290f;--note:#8ab8ff;--note-ground:#172a47;--good:#7fd6a0;--good-ground:#14301f;
--new:#6ea6ff;--active:#57b883;--retiring:#e0a33c;--pending:#8b97a9;--overlap:#ff9a92}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header,main,footer{max-width:76rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2rem}
h1{font-size:1.15rem;margin:0 0 .75rem;color:var(--quiet);font-weight:600}
h2{font-size:1.3rem;margin:2.5rem 0 .75rem}
p{margin:.5rem 0}
a{color:var(--accent)}
code{font:.875em/1.4 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;background:var(--panel);border:1px solid var(--line);border-radius:4px;padding:.05em .3em;overflow-wrap:break-word}
th>code,td>code,.place code{display:inline-block;max-width:22rem;vertical-align:bottom}
i{color:var(--quiet)}
time{font-variant-numeric:tabular-nums;white-space:nowrap}
.verdict{border:1px solid var(--line);border-left:.5rem solid;border-radius:.5rem;padding:1rem 1.25rem}
.verdict strong{display:block;font-size:1.5rem;line-height:1.3}
.verdict p{color:var(--text);margin:.25rem 0 0}
.denied{color:var(--deny);background:var(--deny-ground)}
.warned{color:var(--warn);background:var(--warn-ground)}
.clear,.nothing{color:var(--good);background:var(--good-ground)}
.verdict code,.badge{background:none;border-color:currentColor}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:1rem;background:var(--ground);padding:.5rem 1rem;z-index:1}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
caption{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}
th,td{text-align:left;vertical-align:top;padding:.6rem .9rem;border-top:1px solid var(--line);font-weight:400}
thead th{border-top:0;background:var(--panel);font-weight:600;white-space:nowrap}
td p:first-child,td ul:first-child{margin-top:0}
td ul{margin:0;padding-left:1.1rem}
td .more{color:var(--quiet)}
p code,li code{overflow-wrap:anywhere}
.place{display:block;margin-top:.35rem;color:var(--quiet);font-size:.8125rem}
.place code{background:none;border:0;padding:0}
figure{margin:0}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-align:left}
th button::after{content:"\\2195";display:inline-block;width:1.2em;text-align:center;color:var(--quiet)}
th[aria-sort=ascending] button::after{content:"\\2191";color:inherit}
th[aria-sort=descending] button::after{content:"\\2193";color:inherit}
.badge{display:inline-block;border:1px solid;border-radius:1rem;padding:.05rem .6rem;font-size:.8125rem;font-weight:600;white-space:nowrap}
.badge.deny{color:var(--deny);background:var(--deny-ground)}
.badge.warn{color:var(--warn);background:var(--warn-ground)}
.badge.note{color:var(--note);background:var(--note-ground)}
.badge.excepted{color:var(--quiet);background:var(--panel)}
.tools{display:flex;flex-wrap:wrap;gap:.75rem 1.25rem;align-items:end;margin:0 0 .75rem}
.tools[hidden]{display:none}
.tools label{display:grid;gap:.2rem;font-size:.8125rem;color:var(--quiet)}
.tools input,.tools select{font:inherit;font-size:.9375rem;color:var(--text);background:var(--ground);border:1px solid var(--quiet);border-radius:.375rem;padding:.35rem .6rem;min-width:12rem}
.tools [role=status]{margin:0;color:var(--quiet);font-size:.875rem;padding-bottom:.4rem}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:.75rem 0;padding:0;font-size:.875rem;color:var(--quiet)}
.legend svg{vertical-align:-.15em;margin-right:.4em}
.chart{display:block;width:100%;min-width:46rem;height:auto}
.chart text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--text)}
.chart .name{font-weight:600}
.chart .quiet{fill:var(--quiet);font-size:12px}
.chart .inside{fill:var(--text);stroke:var(--ground);stroke-width:3px;paint-order:stroke}
.chart .band{fill:var(--panel)}
.chart .tick{stroke:var(--line)}
.chart .plan{stroke:var(--text);stroke-dasharray:4 3}
.bar{stroke-width:1.5}
.bar.new{fill:var(--new);stroke:var(--new)}
.bar.active{fill:var(--active);stroke:var(--active)}
.bar.retiring,.bar.rolled-back{fill:none;stroke:var(--retiring);stroke-width:2}
.bar.pending,.bar.unknown{fill:none;stroke:var(--pending);stroke-dasharray:4 3}
.stripes{stroke:var(--retiring);stroke-width:2}
.overlap{fill:none;stroke:var(--overlap);stroke-width:2}
footer{color:var(--quiet);font-size:.875rem;padding-top:2rem;padding-bottom:2rem}
@media (max-width:40rem){header,main,footer{padding-left:1rem;padding-right:1rem}}
@media (forced-colors:active){.bar{stroke:CanvasText}.badge{border-color:CanvasText}}
@media print{:root{color-scheme:light;--ground:#fff;--panel:#f5f7fa;--text:#000;--quiet:#333;--line:#999}
.tools,.skip{display:none}.scroll{overflow:visible;border:0}.chart{min-width:0}tr,.verdict,figure{break-inside:avoid}thead{display:table-header-group}tr[hidden]{display:table-row}
body{font-size:10pt}header,main,footer{max-width:none;padding:0}table{font-size:8pt}th,td{padding:.35rem .5rem}th>code,td>code,.place code{max-width:11rem;overflow-wrap:anywhere}time{white-space:normal}.place,.badge,.legend,footer{font-size:8pt}th button::after{content:""}}
`;
