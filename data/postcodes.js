// The areas of the first digits or letters of postcodes, after the numbering of each country's post. An area is regions of the
// gazetteer, or, where areas cross regions, the towns that its post offices are in: a place belongs to it that is hardly farther
// from one of them than from the towns of all others.

/** `36-38 42 Name Other_name`: what comes before the names are beginnings of postcodes, and ranges of them. */
function* areasOf(rows) {
  for (const row of rows.split('|')) {
    const words = row.trim().split(/\s+/);
    const isPrefix = /^\d/.test(row.trim()) ? /^\d+(-\d+)?$/ : /^[A-Z]{1,2}$/;
    const start = words.findIndex((word) => !isPrefix.test(word));
    const names = words.slice(start).map((word) => word.replaceAll('_', ' '));
    for (const range of words.slice(0, start)) {
      const [first, last = first] = range.split('-');
      if (first === last) yield [first, names];
      else {
        for (let number = Number(first); number <= Number(last); number += 1) {
          yield [String(number).padStart(first.length, '0'), names];
        }
      }
    }
  }
}

/** Codes of second-level divisions; those of Italy are the letters on its cars (Poste Italiane). */
const divisions = {
  IT:
    '00 RM|01 VT|02 RI|03 FR|04 LT|05 TR|06 PG|07 SS|08 NU OR SS|09 CA OR SU SS|10 TO|11 AO|12 CN|13 VC BI|14 AT|' +
    '15 AL|16 GE|17 SV|18 IM|19 SP|20 MI MB LO|21 VA|22 CO|23 SO LC CO|24 BG LC|25 BS|26 CR LO|27 PV|28 NO VB|' +
    '29 PC|30 VE|31 TV|32 BL|33 UD PN|34 TS GO|35 PD|36 VI|37 VR|38 TN|39 BZ|40 BO|41 MO|42 RE|43 PR|44 FE|45 RO|' +
    '46 MN|47 FC RN|48 RA|50 FI|51 PT|52 AR|53 SI|54 MS|55 LU|56 PI|57 LI|58 GR|59 PO|60 AN|61 PU RN|62 MC|' +
    '63 AP FM|64 TE|65 PE|66 CH|67 AQ|70 BA|71 FG|72 BR|73 LE|74 TA|75 MT|76 BT|80 NA|81 CE|82 BN|83 AV|84 SA|' +
    '85 PZ|86 CB IS|87 CS|88 CZ KR|89 RC VV|90 PA|91 TP|92 AG|93 CL|94 EN|95 CT|96 SR|97 RG|98 ME',
  // bpost: the provinces.
  BE:
    '10-12 BRU|13-14 WBR|15-19 30-34 VBR|20-29 VAN|35-39 VLI|40-49 WLG|50-59 WNA|60-65 70-79 WHT|66-69 WLX|' +
    '80-89 VWV|90-99 VOV',
};

/** Names of first-level divisions. Where areas cross their borders, all that they lie in are named. */
const regions = {
  // The states in which they occur (Deutsche Post), by state.
  DE:
    '68-79 88-89 97 Baden-Württemberg|63 80-97 Bayern|27-28 Bremen|20-22 27 Hamburg|34-37 55 60-61 63-65 68-69 Hessen|' +
    '19 21 26-31 34 37-38 48-49 Niedersachsen|32-34 37 40-42 44-53 57-59 Nordrhein-Westfalen|51 53-57 65-67 76 Rheinland-Pfalz|' +
    '55 66 Saarland|21-25 Schleswig-Holstein|01 03-04 12 14-17 19 39 Brandenburg|17-19 23 Mecklenburg-Vorpommern|' +
    '01-02 04 06-09 Sachsen|04 06 14 29 38-39 Sachsen-Anhalt|04 06-07 36-37 96 98-99 Thüringen|10 12-14 Berlin',
  // US Postal Service, Publication 65.
  US:
    '350-369 Alabama|995-999 Alaska|850-865 Arizona|716-729 Arkansas|900-961 California|800-816 Colorado|060-069 Connecticut|' +
    '197-199 Delaware|200-205 District_of_Columbia|320-349 Florida|300-319 398-399 Georgia|967-968 Hawaii|500-528 Iowa|832-838 Idaho|' +
    '600-629 Illinois|460-479 Indiana|660-679 Kansas|400-427 Kentucky|700-714 Louisiana|010-027 055 Massachusetts|206-219 Maryland|' +
    '039-049 Maine|480-499 Michigan|550-567 Minnesota|630-658 Missouri|386-397 Mississippi|590-599 Montana|270-289 North_Carolina|' +
    '580-588 North_Dakota|680-693 Nebraska|030-038 New_Hampshire|070-089 New_Jersey|870-884 New_Mexico|889-898 Nevada|' +
    '005 063 100-149 New_York|430-459 Ohio|730-749 Oklahoma|970-979 Oregon|150-196 Pennsylvania|028-029 Rhode_Island|' +
    '290-299 South_Carolina|570-577 South_Dakota|370-385 Tennessee|733 750-799 885 Texas|840-847 Utah|201 220-246 Virginia|' +
    '050-054 056-059 Vermont|980-994 Washington|530-549 Wisconsin|247-268 West_Virginia|820-831 Wyoming',
  // Österreichische Post.
  AT:
    '1 Wien|2 Niederösterreich Burgenland Wien|3 Niederösterreich Oberösterreich|4 Oberösterreich Niederösterreich|' +
    '5 Salzburg Oberösterreich|6 Tirol Vorarlberg|7 Burgenland Niederösterreich|8 Steiermark Burgenland Salzburg|9 Kärnten Tirol Salzburg',
  // Canada Post.
  CA: 'A Newfoundland_and_Labrador|B Nova_Scotia|C Prince_Edward_Island|E New_Brunswick|G H J Quebec|K L M N P Ontario|R Manitoba|S Saskatchewan|T Alberta|V British_Columbia|X Northwest_Territories Nunavut|Y Yukon',
  // Australia Post.
  AU: '0 Northern_Territory Australian_Capital_Territory|1-2 New_South_Wales Australian_Capital_Territory|3 8 Victoria|4 9 Queensland|5 South_Australia|6 Western_Australia|7 Tasmania',
  // Correos de México.
  MX:
    '00-16 Mexico_City|20 Aguascalientes|21-22 Baja_California|23 Baja_California_Sur|24 Campeche|25-27 Coahuila|28 Colima|' +
    '29-30 Chiapas|31-33 Chihuahua|34-35 Durango|36-38 Guanajuato|39-41 Guerrero|42-43 Hidalgo|44-49 Jalisco|50-57 Edomex|58-61 Michoacán|' +
    '62 Morelos|63 Nayarit|64-67 Nuevo_León|68-71 Oaxaca|72-75 Puebla|76 Querétaro|77 Quintana_Roo|78-79 San_Luis_Potosí|80-82 Sinaloa|' +
    '83-85 Sonora|86 Tabasco|87-89 Tamaulipas|90 Tlaxcala|91-96 Veracruz|97 Yucatán|98-99 Zacatecas',
  // Correios.
  BR:
    '01-19 São_Paulo|20-28 Rio_de_Janeiro|29 Espírito_Santo|30-39 Minas_Gerais|40-48 Bahia|49 Sergipe|50-56 Pernambuco|57 Alagoas|' +
    '58 Paraíba|59 Rio_Grande_do_Norte|60-63 Ceará|64 Piauí|65 Maranhão|66-68 Pará|68 Amapá|69 Amazonas Roraima Acre|' +
    '70-73 Distrito_Federal|72-76 Goiás|76 Rondônia|77 Tocantins|78 Mato_Grosso|79 Mato_Grosso_do_Sul|80-87 Paraná|88-89 Santa_Catarina|90-99 Rio_Grande_do_Sul',
  // China Post.
  CN:
    '01-02 Inner_Mongolia|03-04 Shanxi|05-07 Hebei|10 Beijing|11-12 Liaoning|13 Jilin|15-16 Heilongjiang|20 Shanghai|21-22 Jiangsu|' +
    '23-24 Anhui|25-27 Shandong|30 Tianjin|31-32 Zhejiang|33-34 Jiangxi|35-36 Fujian|40 Chongqing|41-42 Hunan|43-44 Hubei|45-47 Henan|' +
    '51-52 Guangdong|53-54 Guangxi|55-56 Guizhou|57 Hainan|61-64 Sichuan|65-67 Yunnan|71-72 Shaanxi|73-74 Gansu|75 Ningxia|' +
    '81 Qinghai|83-84 Xinjiang|85-86 Tibet',
  // India Post.
  IN:
    '11 Delhi|12-13 Haryana|14-16 Punjab|14 16 Chandigarh|17 Himachal_Pradesh|18-19 Jammu_and_Kashmir|20-28 Uttar_Pradesh|' +
    '24-26 Uttarakhand|30-34 Rajasthan|36-39 Gujarat|40-44 Maharashtra|403 Goa|45-48 Madhya_Pradesh|49 Chhattisgarh|50 Telangana|' +
    '50-53 Andhra_Pradesh|56-59 Karnataka|60-64 Tamil_Nadu|60 Puducherry|67-69 Kerala|70-74 West_Bengal|737 Sikkim|75-77 Odisha|' +
    '78 Assam|79 Assam Meghalaya Manipur Mizoram Nagaland Tripura Arunachal_Pradesh|80-85 Bihar|81-83 Jharkhand',
  // Poșta Română.
  RO:
    '01-06 București|07 Ilfov|08 Giurgiu|10 Prahova|11 Argeș|12 Buzău|13 Dâmbovița|14 Teleorman|20 Dolj|21 Gorj|22 Mehedinți|23 Olt|' +
    '24 Vâlcea|30 Timiș|31 Arad|32 Caraș-Severin|33 Hunedoara|40 Cluj|41 Bihor|42 Bistrița-Năsăud|43 Maramureș|44 Satu_Mare|45 Sălaj|' +
    '50 Brașov|51 Alba|52 Covasna|53 Harghita|54 Mureș|55 Sibiu|60 Bacău|61 Neamț|62 Vrancea|70 Iași|71 Botoșani|72 Suceava|' +
    '73 Vaslui|80 Galați|81 Brăila|82 Tulcea|90 Constanța|91 Călărași|92 Ialomița',
  // PTT: they are the numbers of the provinces.
  TR:
    '01 Adana|02 Adıyaman|03 Afyonkarahisar|04 Ağrı|05 Amasya|06 Ankara|07 Antalya|08 Artvin|09 Aydın|10 Balıkesir|11 Bilecik|12 Bingöl|' +
    '13 Bitlis|14 Bolu|15 Burdur|16 Bursa|17 Çanakkale|18 Çankırı|19 Çorum|20 Denizli|21 Diyarbakır|22 Edirne|23 Elazığ|24 Erzincan|' +
    '25 Erzurum|26 Eskişehir|27 Gaziantep|28 Giresun|29 Gümüşhane|30 Hakkâri|31 Hatay|32 Isparta|33 Mersin|34 İstanbul|35 İzmir|36 Kars|' +
    '37 Kastamonu|38 Kayseri|39 Kırklareli|40 Kırşehir|41 Kocaeli|42 Konya|43 Kütahya|44 Malatya|45 Manisa|46 Kahramanmaraş|47 Mardin|' +
    '48 Muğla|49 Muş|50 Nevşehir|51 Niğde|52 Ordu|53 Rize|54 Sakarya|55 Samsun|56 Siirt|57 Sinop|58 Sivas|59 Tekirdağ|60 Tokat|' +
    '61 Trabzon|62 Tunceli|63 Şanlıurfa|64 Uşak|65 Van|66 Yozgat|67 Zonguldak|68 Aksaray|69 Bayburt|70 Karaman|71 Kırıkkale|' +
    '72 Batman|73 Şırnak|74 Bartın|75 Ardahan|76 Iğdır|77 Yalova|78 Karabük|79 Kilis|80 Osmaniye|81 Düzce',
};

/** Towns of post offices; of a large area several. */
const towns = {
  // Royal Mail.
  GB: "AB Aberdeen Peterhead Huntly|AL St_Albans|B Birmingham|BA Bath Yeovil|BB Blackburn|BD Bradford Skipton|BH Bournemouth|BL Bolton|BN Brighton Eastbourne|BR Bromley|BS Bristol|BT Belfast Derry Enniskillen|CA Carlisle Whitehaven Penrith|CB Cambridge Ely|CF Cardiff|CH Chester Birkenhead|CM Chelmsford Harlow|CO Colchester|CR Croydon|CT Canterbury Dover|CV Coventry|CW Crewe|DA Dartford|DD Dundee|DE Derby Burton_upon_Trent|DG Dumfries Stranraer|DH Durham|DL Darlington Northallerton|DN Doncaster Grimsby|DT Dorchester|DY Dudley|E EC N NW SE SW W WC London|EH Edinburgh|EN Enfield_Town|EX Exeter Barnstaple Bude|FK Falkirk|FY Blackpool|G Glasgow|GL Gloucester Cheltenham|GU Guildford|HA Harrow|HD Huddersfield|HG Harrogate|HP Hemel_Hempstead Aylesbury|HR Hereford|HS Stornoway|HU Kingston_upon_Hull|HX Halifax|IG Ilford|IP Ipswich Bury_St_Edmunds|IV Inverness Elgin Portree|KA Kilmarnock Ayr|KT Kingston_upon_Thames|KW Kirkwall Wick|KY Kirkcaldy|L Liverpool|LA Lancaster Kendal Barrow_in_Furness|LD Llandrindod_Wells|LE Leicester|LL Llandudno Wrexham Caernarfon Dolgellau|LN Lincoln|LS Leeds|LU Luton|M Manchester|ME Rochester|MK Milton_Keynes|ML Motherwell|NE Newcastle_upon_Tyne Alnwick Hexham|NG Nottingham Grantham|NN Northampton|NP Newport|NR Norwich|OL Oldham|OX Oxford Banbury|PA Paisley Oban Campbeltown|PE Peterborough King's_Lynn Skegness|PH Perth Fort_William|PL Plymouth Bodmin|PO Portsmouth|PR Preston|RG Reading|RH Redhill|RM Romford|S Sheffield|SA Swansea Carmarthen Haverfordwest|SG Stevenage|SK Stockport Buxton|SL Slough|SM Sutton|SN Swindon|SO Southampton|SP Salisbury|SR Sunderland|SS Southend-on-Sea|ST Stoke-on-Trent Stafford|SY Shrewsbury Newtown Aberystwyth|TA Taunton Minehead|TD Galashiels Berwick-Upon-Tweed|TF Telford|TN Tonbridge Hastings Ashford|TQ Torquay|TR Truro Penzance|TS Middlesbrough|TW Twickenham|UB Southall|WA Warrington|WD Watford|WF Wakefield|WN Wigan|WR Worcester|WS Walsall|WV Wolverhampton|YO York Scarborough|ZE Lerwick",
  // Poczta Polska.
  PL:
    '00-04 Warsaw|05 Pruszków Mińsk_Mazowiecki Legionowo Grójec|06 Ciechanów Przasnysz Pułtusk|07 Ostrołęka Wyszków Węgrów|08 Siedlce Garwolin|' +
    '09 Płock Sierpc|10 Olsztyn|11 Bartoszyce Giżycko Olsztyn|12 Szczytno Pisz|13 Nidzica Działdowo Nowe_Miasto_Lubawskie|14 Ostróda Iława Braniewo|15 Białystok|' +
    '16 Sokółka Augustów Suwałki|17 Bielsk_Podlaski Hajnówka|18 Łomża Zambrów|19 Ełk Gołdap Grajewo|20 Lublin|21 Lubartów Biała_Podlaska Łuków Parczew|' +
    '22 Chełm Zamość Hrubieszów|23 Kraśnik Biłgoraj|24 Puławy Ryki|25 Kielce|26 Radom Końskie Kielce Opoczno|27 Ostrowiec_Świętokrzyski Starachowice Sandomierz|' +
    '28 Busko-Zdrój Jędrzejów Staszów|29 Włoszczowa|30-31 Kraków|32 Kraków Bochnia Oświęcim Miechów|33 Tarnów Nowy_Sącz|34 Nowy_Targ Żywiec Wadowice|' +
    '35 Rzeszów|36 Rzeszów Sanok Kolbuszowa|37 Przemyśl Stalowa_Wola Jarosław|38 Krosno Gorlice Sanok|39 Tarnobrzeg Mielec Dębica|40 Katowice|' +
    '41 Katowice Bytom|42 Częstochowa Tarnowskie_Góry Zawiercie|43 Bielsko-Biała Tychy|44 Gliwice Rybnik|45 Opole|46 Opole Kluczbork|' +
    '47 Kędzierzyn-Koźle Racibórz|48 Nysa Głubczyce|49 Brzeg|50-54 Wrocław|55 Wrocław Oława Środa_Śląska|56 Oleśnica Wołów|57 Kłodzko Strzelin|' +
    '58 Wałbrzych Jelenia_Góra Świdnica|59 Legnica Bolesławiec|60-61 Poznań|62 Gniezno Konin Kalisz Poznań|63 Ostrów_Wielkopolski Środa_Wielkopolska Kępno|' +
    '64 Leszno Piła Międzychód Szamotuły|65 Zielona_Góra|66 Gorzów_Wielkopolski Świebodzin Zielona_Góra Gubin|67 Nowa_Sól Głogów|68 Żary Żagań|69 Słubice|' +
    '70-71 Szczecin|72 Świnoujście Police Gryfice|73 Stargard Choszczno|74 Gryfino Myślibórz|75 Koszalin|76 Koszalin Słupsk|77 Bytów Człuchów Złotów|' +
    '78 Kołobrzeg Szczecinek Wałcz|80 Gdańsk|81 Gdynia|82 Elbląg Malbork|83 Starogard_Gdański Kościerzyna Pruszcz_Gdański|84 Wejherowo Lębork|85 Bydgoszcz|' +
    '86 Grudziądz Świecie Bydgoszcz|87 Toruń Włocławek Brodnica|88 Inowrocław Mogilno|89 Chojnice Nakło_nad_Notecią|90-94 Łódź|95 Zgierz Łódź|' +
    '96 Skierniewice Sochaczew|97 Piotrków_Trybunalski Bełchatów Radomsko|98 Sieradz Wieluń Łask|99 Kutno Łęczyca Łowicz',
  // CTT.
  PT:
    '10-19 Lisbon|20 Santarém|21 Coruche Benavente|22 Abrantes|23 Tomar Torres_Novas|24 Leiria Ourém|25 Caldas_da_Rainha Torres_Vedras|26 Vila_Franca_de_Xira Mafra Loures|' +
    '27 Sintra Cascais Amadora|28 Almada Montijo|29 Setúbal|30 Coimbra|31 Pombal|32 Lousã Ansião|33 Arganil|34 Oliveira_do_Hospital|35 Viseu|' +
    '36 Castro_Daire Sernancelhe São_Pedro_do_Sul|37 Oliveira_de_Azeméis Águeda|38 Aveiro Ovar|40-43 Porto|44 Vila_Nova_de_Gaia Póvoa_de_Varzim|' +
    '45 Espinho Penafiel|46 Amarante|47 Braga Barcelos|48 Guimarães|49 Viana_do_Castelo|50 Vila_Real|51 Lamego Torre_de_Moncorvo|52 Mogadouro Miranda_do_Douro|53 Bragança Mirandela|' +
    '54 Chaves|60 Castelo_Branco|61 Sertã|62 Covilhã|63 Guarda|64 Trancoso Pinhel|70 Évora|71 Estremoz|72 Reguengos_de_Monsaraz|73 Portalegre Elvas|' +
    '74 Ponte_de_Sor|75 Santiago_do_Cacém Alcácer_do_Sal|76 Odemira Aljustrel|77 Castro_Verde Mértola|78-79 Beja|80 Faro|81 Loulé|82 Albufeira|83 Silves|' +
    '84 Carvoeiro|85 Portimão|86 Lagos|87 Olhão|88 Tavira|89 Vila_Real_de_Santo_António|90-94 Funchal|95-96 Ponta_Delgada|97 Angra_do_Heroísmo|98 Velas|99 Horta',
  // PostNL.
  NL:
    '10 Amsterdam|11 Amstelveen|12 Hilversum|13 Almere_Stad|14 Bussum Purmerend|15 Zaandam|16 Hoorn|17 Den_Helder Heerhugowaard|18 Alkmaar|19 Beverwijk|20 Haarlem|' +
    '21 Hoofddorp|22 Katwijk_aan_Zee Rijswijk|23 Leiden|24 Alphen_aan_den_Rijn|25 The_Hague|26 Delft|27 Zoetermeer|28 Gouda|29 Capelle_aan_den_IJssel|30 Rotterdam|' +
    '31 Schiedam|32 Spijkenisse|33 Dordrecht|34 Nieuwegein Woerden|35 Utrecht|36 Maarssen|37 Zeist Barneveld|38 Amersfoort Harderwijk|39 Veenendaal|40 Tiel|' +
    '41 Culemborg|42 Gorinchem|43 Middelburg Zierikzee|44 Goes|45 Terneuzen|46 Bergen_op_Zoom|47 Roosendaal|48 Breda|49 Oosterhout|50 Tilburg|51 Waalwijk|' +
    "52 's-Hertogenbosch|53 Oss Zaltbommel|54 Uden Cuijk|55 Veldhoven Valkenswaard|56 Eindhoven|57 Helmond|58 Venray|59 Venlo|60 Weert Roermond|61 Sittard|" +
    '62 Maastricht|63 Heerlen|64 Heerlen|65 Nijmegen|66 Wijchen|67 Ede|68 Arnhem|69 Zevenaar|70 Doetinchem|71 Winterswijk|72 Zutphen|73 Apeldoorn|' +
    '74 Deventer|75 Enschede|76 Almelo|77 Hardenberg|78 Emmen|79 Hoogeveen Meppel|80 Zwolle|81 Raalte Epe|82 Lelystad Kampen|83 Emmeloord Steenwijk|' +
    '84 Heerenveen|85 Joure|86 Sneek|87 Bolsward|88 Harlingen|89 Leeuwarden|90 Grou Leeuwarden|91 Dokkum|92 Drachten|93 Roden|94 Assen|95 Stadskanaal|' +
    '96 Winschoten Hoogezand|97 Groningen|98 Zuidhorn|99 Delfzijl',
};

/**
 * The areas of postcodes by country and the postcodes' beginnings: codes of regions, and positions of towns.
 *
 * @param sources `divisions`: codes of second-level divisions; `regionNamed` and `townNamed` find a name in a country
 */
export function postcodeAreas({ divisions: known, regionNamed, townNamed }) {
  const areas = {};
  const add = (country, prefix, name, area) => {
    if (area === undefined) throw new Error(`${country} ${prefix}: ${name} is not in the gazetteer`);
    ((areas[country] ??= {})[prefix] ??= []).push(area);
  };
  const addAll = (tables, areaNamed) => {
    for (const [country, rows] of Object.entries(tables)) {
      for (const [prefix, names] of areasOf(rows)) {
        for (const name of names) add(country, prefix, name, areaNamed(country, name));
      }
    }
  };
  // French departments have the first two digits of their postcodes for a code.
  for (const code of known) {
    const [country, , letters] = code.split('.');
    if (country === 'FR' && /^\d\d$/.test(letters)) add('FR', letters, code, code);
    if (country === 'FR' && /^2[AB]$/.test(letters)) add('FR', '20', code, code);
  }
  addAll(divisions, (country, name) =>
    known.find((code) => code.startsWith(`${country}.`) && code.endsWith(`.${name}`)),
  );
  addAll(regions, regionNamed);
  addAll(towns, townNamed);
  return areas;
}
