%% Chameneos: creatures crowd one mall, which pairs them up; both of a pair take a new colour.
%%
%% A creature that comes first waits; the mall hands the second one on to it, and the first tells
%% the second its new colour.
-module(savina_chameneos).
-export([run/1]).

-define(COLOURS, 3).

run(#{count := Pairs, actors := Creatures}) ->
    fun() ->
        Main = self(),
        Mall = spawn_link(fun() -> savina_total:report(Main, mall(Pairs, Creatures)) end),
        [spawn_link(fun() -> enter(Mall, Index rem ?COLOURS, 0) end)
         || Index <- lists:seq(0, Creatures - 1)],
        savina_total:sum(1)
    end.

mall(0, Creatures) ->
    [receive {meet, Creature, _} -> Creature ! leave end || _ <- lists:seq(1, Creatures)],
    savina_total:sum(Creatures);
mall(Pairs, Creatures) ->
    receive
        {meet, First, _} ->
            receive {meet, _, _} = Second -> First ! Second end,
            mall(Pairs - 1, Creatures)
    end.

enter(Mall, Colour, Meetings) ->
    Mall ! {meet, self(), Colour},
    receive
        {meet, Other, Theirs} ->
            New = complement(Colour, Theirs),
            Other ! {change, New},
            enter(Mall, New, Meetings + 1);
        {change, New} ->
            enter(Mall, New, Meetings + 1);
        leave ->
            savina_total:report(Mall, Meetings)
    end.

%% The same of two that are alike, the third of two that differ.
complement(Colour, Colour) -> Colour;
complement(One, Other) -> ?COLOURS - One - Other.
