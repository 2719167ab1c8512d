%% Where a program ends: the main process adds up what a known number of processes report.
-module(savina_total).
-export([report/2, sum/1]).

report(Total, Value) ->
    Total ! {report, Value},
    ok.

sum(Reports) -> sum(Reports, 0).

sum(0, Sum) -> Sum;
sum(Left, Sum) -> receive {report, Value} -> sum(Left - 1, Sum + Value) end.
