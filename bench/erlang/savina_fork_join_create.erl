%% Fork-join create: processes that live for one message and a little arithmetic.
-module(savina_fork_join_create).
-export([run/1]).

-define(FORKERS, 2).

run(#{count := Count}) ->
    fun() ->
        Main = self(),
        Share = Count div ?FORKERS,
        [spawn_link(fun() -> savina_total:report(Main, fork(Index * Share, Share)) end)
         || Index <- lists:seq(0, ?FORKERS - 1)],
        savina_total:sum(?FORKERS)
    end.

fork(First, Count) ->
    Parent = self(),
    [spawn(fun() -> child(Parent) end) ! {compute, Number}
     || Number <- lists:seq(First, First + Count - 1)],
    savina_total:sum(Count).

child(Parent) ->
    receive
        {compute, Number} -> savina_total:report(Parent, savina_arithmetic:of_number(Number))
    end.
