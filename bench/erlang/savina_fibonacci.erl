%% Fibonacci: a tree of processes, each of which lives for one addition.
-module(savina_fibonacci).
-export([run/1]).

run(#{count := Count}) ->
    fun() ->
        Main = self(),
        spawn(fun() -> node(Count, Main) end),
        savina_total:sum(1)
    end.

node(Number, Parent) when Number =< 2 ->
    savina_total:report(Parent, 1);
node(Number, Parent) ->
    Me = self(),
    spawn(fun() -> node(Number - 1, Me) end),
    spawn(fun() -> node(Number - 2, Me) end),
    savina_total:report(Parent, savina_total:sum(2)).
