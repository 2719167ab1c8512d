%% Radix sort: a pipeline of sorters, one for each bit. Numbers whose bit is 0 pass at once, the
%% others when all have come.
-module(savina_radix_sort).
-export([run/1]).

-define(BITS, 28).

run(#{count := Count, seed := Seed}) ->
    fun() ->
        Main = self(),
        Checker = spawn_link(fun() -> check(Count, 0, 0, Main) end),
        First = lists:foldr(
            fun(Bit, Next) -> spawn_link(fun() -> sort(Count, 1 bsl Bit, Next, []) end) end,
            Checker,
            lists:seq(0, ?BITS - 1)
        ),
        spawn_link(fun() -> send(Count, savina_random:seed(Seed), First) end),
        savina_total:sum(1)
    end.

send(0, _, _) ->
    ok;
send(Left, State, Next) ->
    {Number, Following} = savina_random:below(1 bsl ?BITS, State),
    Next ! {take, Number},
    send(Left - 1, Following, Next).

sort(0, _, Next, Later) ->
    [Next ! {take, Number} || Number <- lists:reverse(Later)],
    ok;
sort(Left, Mask, Next, Later) ->
    receive
        {take, Number} when Number band Mask =:= 0 ->
            Next ! {take, Number},
            sort(Left - 1, Mask, Next, Later);
        {take, Number} ->
            sort(Left - 1, Mask, Next, [Number | Later])
    end.

%% Reports a hash of the numbers, which must come sorted.
check(0, _, Hash, Total) ->
    savina_total:report(Total, Hash);
check(Left, Last, Hash, Total) ->
    receive
        {take, Number} when Number >= Last ->
            check(Left - 1, Number, (Hash * 31 + Number) rem 1000003, Total)
    end.
