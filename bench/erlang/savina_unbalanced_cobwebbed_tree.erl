%% Unbalanced cobwebbed tree: nodes ask the root whether they may have children, tell their parents,
%% and, when the tree has stopped growing, do unequal pieces of work on the way down.
%%
%% The suite draws lots as the requests come in; here a node's seed decides, so that every run grows
%% the same tree.
-module(savina_unbalanced_cobwebbed_tree).
-export([run/1]).

%% Children of a node that may grow.
-define(CHILDREN, 10).
%% Steps of a node's work, at least, and how many more at most.
-define(WORK, 250).
-define(WORK_MORE, 500).
%% In so many groups of a hundred, one child has more to do, and at once.
-define(URGENT_PERCENT, 50).
-define(URGENT_WORK, 5000).

run(#{count := Height, seed := Seed}) ->
    fun() ->
        Main = self(),
        spawn_link(fun() -> root(Height, Seed, Main) end),
        savina_total:sum(1)
    end.

root(Height, Seed, Total) ->
    Root = self(),
    Children = children(Root, savina_random:seed(Seed), 1, none),
    Grown = answer(?CHILDREN, Height, 0),
    [Child ! traverse || Child <- Children],
    savina_total:report(Total, collect(?CHILDREN, Grown)).

%% Answers requests until nobody is left who might ask.
answer(0, _, Grown) ->
    Grown;
answer(Asking, Height, Grown) ->
    receive
        {may_grow, Node, Seed, Level} when Level < Height, Seed rem 2 =:= 1 ->
            Node ! {may_grow, true},
            answer(Asking + ?CHILDREN - 1, Height, Grown);
        {may_grow, Node, _, _} ->
            Node ! {may_grow, false},
            answer(Asking - 1, Height, Grown);
        grown ->
            answer(Asking, Height, Grown + 1)
    end.

%% Children that ask Root and have the calling process as parent; Urgent has more to do.
children(Root, State, Level, Urgent) -> children(0, Root, State, Level, Urgent, self()).

children(?CHILDREN, _, _, _, _, _) ->
    [];
children(Index, Root, State, Level, Urgent, Parent) ->
    Seed = savina_random:next(State),
    Steps = if Index =:= Urgent -> ?URGENT_WORK; true -> 0 end,
    Child = spawn(fun() -> node(Root, Parent, Seed, Level, worked(Seed, Steps)) end),
    [Child | children(Index + 1, Root, Seed, Level, Urgent, Parent)].

node(Root, Parent, Seed, Level, Sum) ->
    Root ! {may_grow, self(), Seed, Level},
    Children =
        receive
            {may_grow, true} -> Parent ! grown, grow(Root, Seed, Level + 1);
            {may_grow, false} -> []
        end,
    receive traverse -> ok end,
    Worked = Sum + worked(Seed, ?WORK + Seed rem ?WORK_MORE),
    [Child ! traverse || Child <- Children],
    Parent ! {done, collect(length(Children), Worked)}.

grow(Root, Seed, Level) ->
    State = savina_random:seed(Seed),
    {Urgent, First} =
        if
            Seed rem 100 < ?URGENT_PERCENT -> savina_random:below(?CHILDREN, State);
            true -> {none, State}
        end,
    children(Root, First, Level, Urgent).

%% Adds up what children report, and how many of them have grown.
collect(0, Sum) ->
    Sum;
collect(Missing, Sum) ->
    receive
        grown -> collect(Missing, Sum + 1);
        {done, Result} -> collect(Missing - 1, Sum + Result)
    end.

%% Something to do that takes so many steps.
worked(Seed, Steps) -> step(Seed band 16#ffff, Steps).

step(Number, 0) -> Number;
step(Number, Steps) -> step((Number * 1103 + 12345) band 16#ffff, Steps - 1).
