%% Quicksort: a tree of processes that hand parts of a list down and sorted parts up.
-module(savina_quicksort).
-export([run/1]).

-define(VALUES, (1 bsl 30)).

%% Lists of fewer values are sorted without further processes.
-define(SHORT, 2048).

run(#{count := Count, seed := Seed}) ->
    Values = values(Count, savina_random:seed(Seed)),
    fun() ->
        Main = self(),
        spawn_link(fun() -> sort(Values, Count, Main, less) end),
        receive {sorted, less, Sorted} -> hash(Sorted, 0) end
    end.

values(0, _) -> [];
values(Left, State) ->
    {Value, Next} = savina_random:below(?VALUES, State),
    [Value | values(Left - 1, Next)].

sort(Values, Count, Parent, Side) when Count < ?SHORT ->
    Parent ! {sorted, Side, lists:sort(Values)};
sort(Values, Count, Parent, Side) ->
    Pivot = lists:nth(Count div 2 + 1, Values),
    {Less, LessCount, Equal, Greater, GreaterCount} = divide(Values, Pivot, [], 0, [], [], 0),
    Me = self(),
    spawn_link(fun() -> sort(Less, LessCount, Me, less) end),
    spawn_link(fun() -> sort(Greater, GreaterCount, Me, greater) end),
    receive {sorted, less, First} -> ok end,
    receive {sorted, greater, Last} -> ok end,
    Parent ! {sorted, Side, First ++ Equal ++ Last}.

%% Values less than, equal to and greater than the pivot.
divide([Value | Rest], Pivot, Less, LessCount, Equal, Greater, GreaterCount) ->
    if
        Value < Pivot ->
            divide(Rest, Pivot, [Value | Less], LessCount + 1, Equal, Greater, GreaterCount);
        Value > Pivot ->
            divide(Rest, Pivot, Less, LessCount, Equal, [Value | Greater], GreaterCount + 1);
        true ->
            divide(Rest, Pivot, Less, LessCount, [Value | Equal], Greater, GreaterCount)
    end;
divide([], _, Less, LessCount, Equal, Greater, GreaterCount) ->
    {Less, LessCount, Equal, Greater, GreaterCount}.

hash([Value | Rest], Sum) -> hash(Rest, (Sum * 31 + Value) rem 1000003);
hash([], Sum) -> Sum.
