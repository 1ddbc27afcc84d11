// What data/build-sea.js corrects and adds by hand: positions and kinds of ports, lanes.
const words = (list) => list.trim().split(/\s+/);

// Latitude and longitude stand the wrong way round.
export const swapped = new Set(words('ARDDC CDBOA CDMAT CLJRL CLPGO CLPPD DZAAE ISESK REPDG VEGUB'));

// No position, or one of a place of the same name elsewhere: that of the GeoNames city of the name is right.
export const atCity = new Set(
  words(`ARSPD BHAHD CNBJO CNDAA CNHME CNLZH CUQMA ESEBO FRHON FRJAV FRUSJ HNTGU HRLST INHYD JPKZU JPMAI
    JPSDU LVAIZ LVVNT PACZZ QAMES TNJAR UYCYR UYPDU USBHM USCBF USCPF USGBO USGSP USJOT USRNO USSAT USSXT`),
);

// No position, or one more than about 20 km from the harbour (another place of the name, the middle of a city). Set by hand
// from general knowledge of the harbours, as the World Port Index (NGA Pub. 150) has them to about 0.05 degree.
export const byHand = `
  ANEUX 17.48 -62.99 was on Saint Martin
  ANGSB 18.07 -63.08 Galisbay, Saint Martin; was in the open sea
  ANSXM 18.02 -63.05 Philipsburg; was near Curacao
  ARBUE -34.58 -58.37 was 27 km inland
  AUGOV -12.20 136.70 was in Darwin
  BMSOU 32.25 -64.86 was in Southampton, England
  BRITQ -2.57 -44.37 port of Sao Luis; was in Rio Grande do Sul
  BRPCL -19.85 -40.06 Barra do Riacho
  BRVIC -1.54 -48.75 as BRVLC; was in Paraiba
  CLCAP -36.74 -73.13 steelworks at San Vicente; was in Spain
  CLCCL -23.76 -70.47 was in Arica
  CLLVS -32.75 -71.49 was 60 km south
  CNBHY 21.48 109.08 was in Nanning
  CNCOZ 23.61 117.09 Sanbaimen
  CNDCB 22.53 113.87 no position
  CNFOC 25.99 119.45 Mawei; no position
  CNHUI 22.70 114.57 Daya Bay; was the city
  CNJNZ 40.80 121.07 was the city
  CNJZU 22.24 113.58 Zhuhai; was in Meizhou
  CNLAN 23.01 113.12 Foshan
  CNLIH 22.98 113.50 Panyu; was 180 km east
  CNNBO 29.94 121.86 Beilun; was the city
  CNNGB 29.94 121.86 Beilun; was the city
  CNPUT 25.21 119.00 Xiuyu; was in the open sea
  CNSGH 31.36 121.62 Waigaoqiao; was the city
  CNSHA 31.36 121.62 Waigaoqiao; was the city
  CNSTG 23.35 116.68 no position
  CNSWA 23.35 116.68 Shantou; was in Guangzhou
  CNTSN 38.98 117.75 Xingang; was the city
  CNYAN 30.62 122.07 was 130 km south
  CNYTN 22.57 114.28 Shenzhen; was in Fujian
  CNZHA 21.18 110.41 was in Guangzhou
  COPBO 12.25 -71.97 was on the Magdalena
  CRPCA 9.91 -84.72 was in San Jose
  EGALY 31.19 29.87 was in Abu Qir
  EGEDK 31.14 29.80 was in the delta
  ESTCI 28.47 -16.24 Santa Cruz; was inland
  GBBEL 54.61 -5.90 was at Carnlough
  GBEIL 57.53 -5.66 Shieldaig; no position
  GBGSY 53.58 -0.07 was 28 km inland
  GBPDD 51.64 -4.10 no position
  GBSOW 53.29 -2.86 was in Shropshire
  GPSBH 17.90 -62.85 Gustavia; was on Guadeloupe
  GRKAP 36.14 23.00 no position
  HKHKG 22.33 114.12 Kwai Chung
  IDBIT 1.44 125.19 was 65 km south-west
  IDBNT 4.15 106.25 Natuna Sea; was in Riau
  IDBUR 1.17 104.00 Batu Ampar, Batam; was in Balikpapan
  IDUPG -5.12 119.41 Makassar; was the airport
  INBOM 18.95 72.85 was 13 km off
  INGOI 15.41 73.80 Mormugao; was inland
  JPHIS 33.92 130.90 no position
  JPKND 33.80 131.00 was in Fukuoka
  JPKNU 34.87 136.95 was in Nagoya
  JPMTR 33.97 130.87 no position
  JPSDS 38.27 141.02 was the city
  JPSKM 34.77 134.68 Himeji; was in Kobe
  JPTGO 35.14 138.70 was in Shizuoka
  JPTHS 34.72 137.32 was in Nagoya
  JPTOK 42.29 143.32 Hiroo; was inland
  LBBEY 33.90 35.52 was the airport
  LYBEN 32.11 20.05 was inland
  MAPTM 35.89 -5.50 was in Tangier
  NLRTM 51.95 4.14 Europoort and Maasvlakte; was the city
  PAMIT 9.36 -79.88 Colon; was in Veraguas
  PESNX -15.23 -75.23 was in Amazonas
  PHMLS 9.01 125.50 Butuan; was in the open sea
  PHDVO 7.12 125.65 was inland
  PKBQM 24.77 67.33 was in Karachi
  RUPTP 68.68 86.28 Yenisei; was in Irkutsk
  SADMN 26.49 50.20 was inland
  SAJED 21.47 39.17 was 20 km south
  SAJUB 27.03 49.67 was inland
  SNDKR 14.68 -17.42 was 12 km off
  THBGP 13.50 100.98 was in Bangkok
  THLKR 13.73 100.78 inland depot; no position
  THMAT 12.67 101.15 Map Ta Phut; was in Bangkok
  THPKN 13.60 100.59 was in Maha Sarakham
  THTPT 13.62 100.55 no position
  TRAMB 40.97 28.68 was in Artvin
  TRKMX 40.97 28.68 Ambarli
  TRMAD 40.97 28.69 Ambarli; was in Istanbul
  TRNEM 38.78 26.92 was in Izmir
  TWMLI 23.79 120.17 was in Tainan
  TWTPE 25.16 121.38 Bali; no position
  TWTXG 24.27 120.52 was the city
  USLAX 33.74 -118.26 San Pedro; was the city
  USPCV 28.41 -80.61 was in the open sea
  USPEB 40.67 -74.15 Port of New York; was in southern New Jersey
  VEPSU 10.46 -64.19 Cumana; was inland
  VNCLN 20.97 107.05 was inland
  VNTOT 10.54 107.03 was 15 km off
  ZAPLZ -33.96 25.64 was inland`;

// Ports of weight that sea-ports does not have, set by hand as above: code, country by its first letters, position, name.
export const added = `
  AEKHL 24.82 54.66 Khalifa Port
  CMKBI 2.72 9.86 Kribi
  CNQZH 21.72 108.62 Qinzhou
  ECPSJ -2.70 -80.24 Posorja
  FRAJA 41.92 8.74 Ajaccio
  FRBIA 42.70 9.45 Bastia
  INHZA 21.10 72.63 Hazira
  INKAT 13.31 80.35 Kattupalli
  KRPTK 36.98 126.82 Pyeongtaek
  LKHBA 6.12 81.11 Hambantota
  MAJFL 33.12 -8.63 Jorf Lasfar
  MXLZC 17.94 -102.18 Lazaro Cardenas
  OMDQM 19.67 57.72 Duqm
  PHBTG 13.76 121.04 Batangas
  QAHMD 25.01 51.60 Hamad
  RUULU 59.67 28.40 Ust-Luga
  SAYNB 24.09 38.05 Yanbu
  SENYN 58.90 17.95 Nynashamn
  TRAMR 40.97 28.68 Ambarli
  UAYUZ 46.61 31.01 Pivdennyi`;

// No sea within this distance: no seaport, but where ships from the sea come up a river, canal or lake all the same.
export const coastKm = 20;
export const navigable = new Set(
  words(`ARCMP ARCNQ AROYA ARROS ARSFN ARSLO ARSNS ARSPD ARZAE AULST BDCHL BEGNE BRMAO BRSTM CABCK CABRL CACOL CAHAM CAKVL
    CAOAK CAOSH CAPCR CAPDV CASCA CASNI CASSM CATHU CATOR CATTC CDMAT CNCOZ CNNKG DEBRE ESSVQ FRURO GBLON GBSVT IDBUN IDDJB
    IDPKU IDPLM IDPWG IDSRI INCCU IRKHO KHPNH MDGIU MYSBW NLAMS NLDOR NLGRQ NLMOE PLSZZ PYASU PYBCM PYFNX PYPIL PYPSE PYSAN PYTER
    ROBRA ROGAL RUKGD RUROV SEKSD SEVST USBPT USBRO USBUF USCHI USCLE USDET USHOU USJAX USLCH USMKE USPDX USPWN USRIC USSAC
    USSUE USSUW USSWF USTOL USUGN USUZF UYPDU VEMTV VEPZO`),
);
// Near the sea, but a customs office or depot on land, or on the Caspian Sea, from which no way leads to the oceans.
export const onLand = new Set(
  words('AZBAK CYNIC ESTOT ILRMG KRCHO KRGYG KRHIN KRJEO KRSEL KRYES NZHLZ NZMNR THLKR USOYM USLAT'),
);

// Where containers and other freight are handled in numbers: our own choice. A country that has no port here counts all its
// ports as main ports.
export const mainPorts = new Set(
  words(`AEAUH AEJEA AEKHL AEKLF AOLAD AOLOB ARBHI ARBUE ARROS ARUSH AUBEL AUBNE AUDRW AUFRE AUHBA AUMEL AUPAE AUSYD AUTSV
    BDCGP BDMGL BEANR BEZEE BGBOJ BGVAR BHKBS BRFOR BRIGI BRITJ BRITQ BRMAO BRPEC BRPNG BRRIG BRRIO BRSFS BRSSA BRSSZ BRSUA
    BRVIX BRVLC CAHAL CAMTR CAPRR CASJB CASJF CAVAN CIABJ CLANF CLARI CLCNL CLIQQ CLMJS CLPMC CLPUQ CLSAI CLSVE CLVAP CMDLA
    CMKBI CNCAN CNDLC CNFOC CNHAK CNLYG CNNGB CNNSA CNQZH CNQZJ CNRZH CNSHA CNSHK CNSTG CNTAO CNTXG CNWEI CNXMN CNYIK CNYNT
    CNYTN CNZHA COBAQ COBUN COCTG COSMR CRCAL CRMOB CUMAR CYLMS DEBRV DEHAM DEWVN DKAAR DKCPH DKEBJ DKFRC DOCAU DOHAI
    DZALG DZBJA DZORN DZSKI ECGYE ECPSJ EETLL EGALY EGDAM EGPSD EGSOK ESACE ESALG ESBCN ESBIO ESCAR ESCEU ESFUE ESGIJ ESHUV
    ESIBZ ESLCG ESLPA ESMAH ESMLN ESPMI ESSCT ESSDR ESTAR ESVGO ESVLC FIHEL FIKTK FIOUL FIRAU FJSUV FRAJA FRBIA FRBOD FRDKK
    FRFOS FRLEH FRMTX GAOWE GBABD GBBEL GBFXT GBGRG GBHUL GBIMM GBLGP GBLIV GBPRU GBSOU GBTEE GBTIL GEPTI GHTEM GHTKD GRHER
    GRPIR GRSKG GTPRQ GTSTC HNPCR HRPLE HRRJK HTPAP IDBLW IDBPN IDJKT IDMAK IDPNJ IDPNK IDSRG IDSUB IDTPP IEDUB IEORK ILASH
    ILHFA INCCU INCOK INHAL INIXE INKAT INKRI INMAA INMUN INNSA INPAV INTUT INVTZ IRBKM IRBND IRBUZ ITAOI ITBRI ITCAG
    ITCTA ITCVV ITGIT ITGOA ITLIV ITNAP ITPMO ITRAN ITSAL ITSPE ITTAR ITTRS ITVCE ITVDL JMKIN JPHIJ JPHKT JPKIJ JPKOJ JPMOJ
    JPNAH JPNGO JPOSA JPSDS JPSMZ JPTMK JPTYO JPUKB JPYKK JPYOK KEMBA KHKOS KHPNH KRINC KRKAN KRPTK KRPUS KRUSN KWSAA KWSWK
    LBBEY LKCMB LKHBA LTKLJ LVRIX LYBEN LYKHO LYMRA LYTIP MAAGA MACAS MAPTM MGDIE MGMJN MGTOA MRNDB MRNKC MTMAR MXATM MXESE
    MXLZC MXVER MXZLO MYBKI MYBTU MYKCH MYKUA MYPEN MYPGU MYPKG MYTPP MZBEW MZMNC MZMPM NAWVB NGAPP NGONN NGTIN NICIO 
    NLRTM NOAES NOBGO NOBOO NOKRS NOLAR NOOSL NOSVG NOTOS NOTRD NZAKL NZBLU NZLYT NZNPE NZPOE NZTRG NZWLG OMDQM OMSLL OMSOH
    PABLB PACTB PAMIT PECLL PEMRI PEPAI PGLAE PGPOM PHBTG PHCEB PHCGY PHDVO PHMNL PHSFS PKBQM PKKHI PLGDN PLGDY PRSJU
    PTFNC PTLEI PTLIS PTPDL PTSET PTSIE QADOH QAHMD ROCND RUGDX RUKGD RULED RUMMK RUNVS RUULU RUVVO RUVYP SADMM SAJED
    SAJUB SAKAC SAYNB SDPZU SEGOT SEGVX SEHEL SENRK SESTO SIKOP SOBBO SOKMU SOMGQ SVAQJ SYLTK SYTTS THLCH THPAT THSGZ TNRDS
    TNSFA TRALI TRAMB TRAYT TREYP TRGEM TRISK TRIZM TRMER TRSSX TRTZX TTPOS TTPTS TWKEL TWKHH TWTPE TWTXG TZDAR UAILK UAODS
    UAYUZ USANC USBAL USBOS USCHS USHNL USHOU USILM USJAX USLAX USLGB USMIA USMOB USMSY USNYC USOAK USORF USPEB USPEF USPHL
    USSAV USSEA USTIW USTPA UYMVD VELAG VEMAR VEPBL VNCLI VNDAD VNHPH VNTOT VNUIH YEADE YEHOD ZACPT ZADUR ZAELS ZAPLZ 
    ZAZBA`),
);

// Names by which the ports are known today, or that tell them from others.
export const names = {
  CNBHY: 'Beihai',
  CNSTG: 'Shantou',
  CNSWA: 'Shantou',
  CNZHA: 'Zhanjiang',
  EGALY: 'Alexandria',
  INBOM: 'Mumbai',
  INCCU: 'Kolkata',
  INMAA: 'Chennai',
  INNSA: 'Nhava Sheva (Jawaharlal Nehru)',
  KHKOS: 'Sihanoukville',
  RULED: 'Saint Petersburg',
  THPAT: 'Bangkok (PAT)',
  UAILK: 'Chornomorsk',
  USPEB: 'Port Elizabeth, New Jersey',
  VNTOT: 'Cai Mep',
};

// ISO 3166-1 codes of the ports whose UN/LOCODE begins otherwise.
export const countries = {
  ANBON: 'BQ',
  ANCUR: 'CW',
  ANEUX: 'BQ',
  ANGSB: 'MF',
  ANPHI: 'SX',
  ANSXM: 'SX',
  ANWIL: 'CW',
  GBGCI: 'GG',
  GPGUS: 'BL',
  GPSBH: 'BL',
};

// The Northeast and Northwest passages and the polar ice, where there is no regular freight: west, south, east, north.
export const ice = [
  [95, 67.5, 180, 90],
  [-180, 67.5, -95, 90],
];
// Lanes through the canals, drawn anew below, and through the canal of Corinth, which takes only small ships.
export const removed = words('32.17,31 32.17,30.95 -79.67,9.25 -79.67,9.2');
export const removedLanes = [words('23.03,37.91 22.83,38.02')];
// Water too shallow for ships, which the map shows as open: Adam's Bridge, the Florida Keys, the dam of the IJsselmeer.
export const shallows = ['79,9.27 80,9.02', '-80.42,25.2 -81.82,24.54', '5.03,52.95 5.42,53.08'];
// Lanes that marnet lacks, drawn by hand: longitude,latitude.
export const drawn = [
  // Suez, 1, and Panama, 2, with the lanes that lead there
  ['32.39,31.3 32.31,30.6 32.38,30.33 32.57,29.93', 1],
  ['32.57,29.93 32.6,29.7'],
  ['-79.92,9.4 -79.92,9.27 -79.7,9.11 -79.6,9 -79.54,8.9', 2],
  ['-80,9.75 -79.92,9.4'],
  ['-79.54,8.9 -79.5,8.6'],
  // The Kiel canal
  ['9.04,53.87 9.14,53.89 9.2,54.12 9.67,54.32 10.15,54.37 10.25,54.5 11.1,54.5'],
  // The Sound
  ['12.12,56.2 12.63,56.04 12.72,55.85 12.75,55.5 12.85,55.3 14.2,55.25 15,55.4'],
  // The Great Lakes: Ontario, Welland, Erie, Detroit, Huron, Michigan; Buffalo; Toronto; Georgian Bay; Soo, Superior; Thunder Bay
  [
    `-76.26,44.19 -76.6,43.8 -78,43.6 -79.2,43.3 -79.25,42.87 -80.5,42.4 -82.5,41.8 -83.12,42.05 -83.05,42.32 -82.5,42.62
    -82.42,43 -82.3,44 -83.2,45.3 -84.7,45.82 -86,45.6 -86.9,44.8 -87.3,43 -87.5,41.9`,
  ],
  ['-79.25,42.87 -78.95,42.86'],
  ['-78,43.6 -79.3,43.6 -79.75,43.3'],
  ['-82.5,41.8 -83.4,41.75'],
  ['-82.3,44 -81.9,45.35 -81,44.9 -80.25,44.55'],
  ['-83.2,45.3 -83.9,45.95 -84.35,46.5 -84.9,46.6 -86.5,47.2 -87.9,47.6 -90,47.1 -92,46.75'],
  ['-87.9,47.6 -88.9,48.35'],
  // The rivers Amazon, Orinoco, Parana and Paraguay, Uruguay, Mississippi, Columbia, Yangtze, Danube and Mekong
  [
    `-48.44,3.28 -49.3,1.5 -50.2,0.6 -51,-0.05 -51.9,-1.2 -53.2,-1.75 -54.7,-2.4 -56,-2 -57.6,-2.8 -58.45,-3.15
    -60.02,-3.14`,
  ],
  ['-48,0 -49.3,1.5'],
  ['-61,11 -60.5,8.75 -61.6,8.55 -62.78,8.3'],
  [
    `-60.5,-33 -60.73,-32.75 -60.68,-31.65 -59.65,-30.75 -59.27,-29.14 -58.84,-27.46 -58.4,-27 -58.3,-26.87 -57.8,-26
    -57.65,-25.3`,
  ],
  ['-58.4,-34.2 -58.35,-33.2 -58.1,-32.3'],
  ['-89.94,29.92 -90.06,29.95 -90.5,30.03 -91.19,30.45'],
  ['-125.06,46.22 -124.1,46.25 -123.4,46.18 -122.9,46.05 -122.78,45.65'],
  ['122.9,31.3 122.2,31.1 121.75,31.35 121.3,31.65 120.9,31.95 120.2,31.98 119.9,32.25 119.45,32.22 118.75,32.1'],
  ['30.9,46.25 29.9,45.15 28.8,45.18 28.05,45.42 27.98,45.28'],
  ['29.9,45.15 30.01,43.81'],
  ['107.3,10 106.75,9.75 105.95,10.25 105.15,10.95 104.95,11.55'],
  // The Swedish lakes Vanern and Malaren
  ['11.4,57.7 11.9,57.7 12.1,58.1 12.4,58.5 13.3,58.95 13.5,59.37'],
  ['17.1,58.5 17.7,58.75 17.65,59.18 17.3,59.45 16.55,59.6'],
];
