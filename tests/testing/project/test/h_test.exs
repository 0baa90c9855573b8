defmodule HTest do
  use ExUnit.Case
  doctest Dt, only: [add: 2], import: true

  @tag :slow
  doctest Dt, except: [:moduledoc, boom: 1, add: 2], import: true
end
